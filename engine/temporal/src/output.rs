//! The rows on their way out: pairs of a left row and a right row, or none.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, UInt32Array, new_null_array};
use datafusion::arrow::compute::{cast, interleave, take};
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::Result;

use crate::window::{Position, Window};

/// Right batches held for rows on their way out. More are condensed to the rows in question.
const MOST_BATCHES: usize = 32;

/// Pairs of rows of one left batch.
#[derive(Debug)]
pub(crate) struct Output {
    schema: SchemaRef,
    left: Vec<u32>,
    /// Offset of each pair's time from the left row's; empty if the join has none.
    offsets: Vec<i64>,
    /// Batch and row of each right row; batch 0 is one row of NULLs.
    right: Vec<(usize, usize)>,
    batches: Vec<RecordBatch>,
    /// The chunk each batch is of.
    chunks: Vec<Option<u64>>,
    nulls: RecordBatch,
    size: usize,
}

impl Output {
    /// `right` is the right input's schema with all columns nullable.
    pub fn new(schema: SchemaRef, right: SchemaRef) -> Result<Self> {
        let columns = right.fields().iter().map(|f| new_null_array(f.data_type(), 1)).collect();
        let nulls = match right.fields().is_empty() {
            true => RecordBatch::new_empty(right),
            false => RecordBatch::try_new(right, columns)?,
        };
        let batches = vec![nulls.clone()];
        Ok(Self {
            schema,
            left: vec![],
            offsets: vec![],
            right: vec![],
            batches,
            chunks: vec![None],
            nulls,
            size: 0,
        })
    }

    /// Pairs so far.
    pub fn len(&self) -> usize {
        self.left.len()
    }

    /// Bytes held.
    pub fn size(&self) -> usize {
        self.size + self.left.capacity() * 4 + self.right.capacity() * 16
    }

    /// Adds a pair.
    pub fn push(
        &mut self,
        left: usize,
        offset: Option<i64>,
        right: Option<Position>,
        window: &Window,
    ) -> Result<()> {
        let right = match right {
            None => (0, 0),
            Some(at) => {
                let held = self.chunks.iter().rposition(|chunk| *chunk == Some(at.chunk));
                let Some(chunk) = window.chunk(at.chunk) else {
                    return datafusion::common::internal_err!("a matched row was forgotten");
                };
                let batch = match held {
                    Some(batch) => batch,
                    None => {
                        if self.batches.len() >= MOST_BATCHES {
                            self.condense()?;
                        }
                        self.batches.push(chunk.batch.clone());
                        self.chunks.push(Some(at.chunk));
                        self.size += chunk.batch.get_array_memory_size();
                        self.batches.len() - 1
                    }
                };
                (batch, chunk.rows.start + at.row)
            }
        };
        self.left.push(left as u32);
        self.offsets.extend(offset);
        self.right.push(right);
        Ok(())
    }

    /// Copies the matched rows out of the batches that hold them.
    pub fn condense(&mut self) -> Result<()> {
        if self.batches.len() <= 2 {
            return Ok(());
        }
        let columns = self.right_columns()?;
        let schema = self.nulls.schema();
        let condensed = match columns.is_empty() {
            true => RecordBatch::new_empty(schema),
            false => RecordBatch::try_new(schema, columns)?,
        };
        self.size = condensed.get_array_memory_size();
        self.batches = vec![self.nulls.clone(), condensed];
        self.chunks = vec![None, None];
        self.right = (0..self.right.len()).map(|row| (1, row)).collect();
        Ok(())
    }

    fn right_columns(&self) -> Result<Vec<ArrayRef>> {
        // One batch of right rows, the usual case, needs no search for each value.
        let single: Option<UInt32Array> = (self.batches.len() == 2).then(|| {
            let row = |(batch, row): &(usize, usize)| (*batch > 0).then_some(*row as u32);
            self.right.iter().map(row).collect()
        });
        let column = |i: usize| -> Result<ArrayRef> {
            if let Some(rows) = &single {
                return Ok(take(self.batches[1].column(i), rows, None)?);
            }
            let sources: Vec<_> = self.batches.iter().map(|b| b.column(i).as_ref()).collect();
            Ok(interleave(&sources, &self.right)?)
        };
        (0..self.nulls.num_columns()).map(column).collect()
    }

    /// The pairs as a batch; `time` is the type of the left time where offsets are told.
    pub fn finish(
        &mut self,
        left: &RecordBatch,
        times: &[i64],
        time: Option<&DataType>,
    ) -> Result<RecordBatch> {
        let rows = &self.left;
        let count = rows.len();
        let first = rows.first().map_or(0, |row| *row as usize);
        let contiguous = rows.windows(2).all(|pair| pair[0] + 1 == pair[1]);
        let mut columns: Vec<ArrayRef> = match contiguous {
            true => left.slice(first, count).columns().to_vec(),
            false => {
                let rows = UInt32Array::from(rows.clone());
                left.columns().iter().map(|c| take(c, &rows, None)).collect::<Result<_, _>>()?
            }
        };
        columns.extend(self.right_columns()?);
        if let Some(time) = time {
            let looked_up = rows.iter().zip(&self.offsets);
            let looked_up: Int64Array =
                looked_up.map(|(row, o)| times[*row as usize].checked_add(*o)).collect();
            let looked_up: ArrayRef = Arc::new(looked_up);
            columns.push(Arc::new(Int64Array::from(std::mem::take(&mut self.offsets))));
            columns.push(match time {
                DataType::Date32 => cast(&cast(&looked_up, &DataType::Int32)?, time)?,
                _ => cast(&looked_up, time)?,
            });
        }
        let options =
            datafusion::arrow::array::RecordBatchOptions::new().with_row_count(Some(count));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)?;
        self.left.clear();
        self.right.clear();
        self.offsets.clear();
        self.batches.truncate(1);
        self.chunks.truncate(1);
        self.size = 0;
        Ok(batch)
    }
}
