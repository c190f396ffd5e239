//! A batch of one side, prepared for the pass: times as integers, runs of equal keys.

use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch, UInt32Array};
use datafusion::arrow::buffer::{NullBuffer, ScalarBuffer};
use datafusion::arrow::compute::{cast, partition, take};
use datafusion::arrow::datatypes::{DataType, Int64Type};
use datafusion::arrow::row::{OwnedRow, RowConverter, Rows, SortField};
use datafusion::common::{Result, exec_err};
use datafusion::physical_expr::PhysicalExpr;

/// What of one input the join is on.
#[derive(Debug)]
pub(crate) struct Side {
    keys: Vec<Arc<dyn PhysicalExpr>>,
    time: Arc<dyn PhysicalExpr>,
    converter: RowConverter,
    /// The last key and time seen, to notice an input that is not in order.
    last: Option<(OwnedRow, Option<i64>)>,
}

/// A batch with its times and runs of equal keys.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub batch: RecordBatch,
    pub times: ScalarBuffer<i64>,
    pub time_nulls: Option<NullBuffer>,
    /// Rows of equal keys, in order.
    pub runs: Vec<Range<usize>>,
    /// The key of each run.
    heads: Rows,
    /// Whether a run's key has a NULL, which equals nothing.
    null_keys: Vec<bool>,
}

impl Prepared {
    /// The key of a run, `None` if it has a NULL.
    pub fn key(&self, run: usize) -> Option<OwnedRow> {
        (!self.null_keys[run]).then(|| self.heads.row(run).owned())
    }

    /// How a run's key compares with `key`; NULL keys come first and are less than any.
    pub fn compare(&self, run: usize, key: &OwnedRow) -> std::cmp::Ordering {
        match self.null_keys[run] {
            true => std::cmp::Ordering::Less,
            false => self.heads.row(run).cmp(&key.row()),
        }
    }

    /// The time of a row.
    pub fn time(&self, row: usize) -> Option<i64> {
        self.time_nulls.as_ref().is_none_or(|n| n.is_valid(row)).then(|| self.times[row])
    }
}

impl Side {
    /// Key types are those the key expressions have, the same on both sides.
    pub fn new(
        keys: &[Arc<dyn PhysicalExpr>],
        key_types: &[DataType],
        time: &Arc<dyn PhysicalExpr>,
    ) -> Result<Self> {
        let fields = key_types.iter().map(|t| SortField::new(t.clone())).collect();
        let (keys, time) = (keys.to_vec(), Arc::clone(time));
        Ok(Self { keys, time, converter: RowConverter::new(fields)?, last: None })
    }

    /// Prepares the next batch, which must continue the order of those before.
    pub fn prepare(&mut self, batch: RecordBatch) -> Result<Prepared> {
        let rows = batch.num_rows();
        let time = self.time.evaluate(&batch)?.into_array(rows)?;
        let time = ticks(&time)?;
        let time = time.as_primitive::<Int64Type>();
        let (times, time_nulls) = (time.values().clone(), time.nulls().cloned());
        let keys = self.keys.iter().map(|e| e.evaluate(&batch)?.into_array(rows));
        let keys = keys.collect::<Result<Vec<_>>>()?;
        let runs = match (rows, keys.is_empty()) {
            (0, _) => vec![],
            (_, true) => std::iter::once(0..rows).collect(),
            _ if keys.iter().all(one_string) => std::iter::once(0..rows).collect(),
            _ => partition(&keys)?.ranges(),
        };
        let starts = UInt32Array::from_iter_values(runs.iter().map(|run| run.start as u32));
        let heads = keys.iter().map(|key| take(key, &starts, None));
        let heads = heads.collect::<Result<Vec<ArrayRef>, _>>()?;
        let null_key = |run| heads.iter().any(|key| key.is_null(run));
        let null_keys = (0..runs.len()).map(null_key).collect();
        let heads = match keys.is_empty() {
            true => self.empty_keys(runs.len()),
            false => self.converter.convert_columns(&heads)?,
        };
        let prepared = Prepared { batch, times, time_nulls, runs, heads, null_keys };
        self.check_order(&prepared)?;
        Ok(prepared)
    }

    /// Keys of no columns, which are all equal.
    fn empty_keys(&self, runs: usize) -> Rows {
        let mut rows = self.converter.empty_rows(runs, 0);
        let parser = self.converter.parser();
        (0..runs).for_each(|_| rows.push(parser.parse(&[])));
        rows
    }

    /// A source that declares an order its rows do not have would make wrong matches.
    fn check_order(&mut self, batch: &Prepared) -> Result<()> {
        let mut last = self.last.take();
        for (i, run) in batch.runs.iter().enumerate() {
            let head = batch.heads.row(i);
            let mut before = None;
            if let Some((key, time)) = &last {
                match key.row().cmp(&head) {
                    std::cmp::Ordering::Less => {}
                    std::cmp::Ordering::Equal => before = *time,
                    std::cmp::Ordering::Greater => return self.disorder("keys"),
                }
            }
            let times = &batch.times[run.clone()];
            // Rows without a time come first.
            let nulls = batch
                .time_nulls
                .as_ref()
                .map_or(0, |nulls| (run.clone()).take_while(|row| nulls.is_null(*row)).count());
            let times = &times[nulls..];
            let starts_late = before.is_none_or(|b| times.first().is_none_or(|t| b <= *t));
            if !starts_late || !times.is_sorted() {
                return self.disorder("times");
            }
            last = Some((head.owned(), times.last().copied().or(before)));
        }
        self.last = last;
        Ok(())
    }

    fn disorder<T>(&self, what: &str) -> Result<T> {
        exec_err!(
            "a join on time read {what} out of order by ({}); a file or table declares an order \
             that its rows do not have: rewrite it sorted, or without the declaration",
            self.keys
                .iter()
                .chain([&self.time])
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(", ")
        )
    }
}

/// Whether the values are strings and all the same, as the symbols of most batches are: one look at
/// all bytes, where `partition` compares value by value.
fn one_string(values: &ArrayRef) -> bool {
    let Some(strings) = values.as_string_opt::<i32>().filter(|s| s.null_count() == 0) else {
        return false;
    };
    let offsets = strings.value_offsets();
    let [first, second, .., last] = offsets else { return true };
    let length = (second - first) as usize;
    if !offsets.windows(2).all(|pair| (pair[1] - pair[0]) as usize == length) {
        return false;
    }
    let bytes = &strings.value_data()[*first as usize..*last as usize];
    bytes[length..] == bytes[..bytes.len() - length]
}

/// Times as ticks of their own unit.
fn ticks(time: &ArrayRef) -> Result<ArrayRef> {
    Ok(match time.data_type() {
        DataType::Int64 => Arc::clone(time),
        DataType::Date32 => cast(&cast(time, &DataType::Int32)?, &DataType::Int64)?,
        _ => cast(time, &DataType::Int64)?,
    })
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::StringArray;

    use super::*;

    #[test]
    fn one_string_is_one() {
        let one = |values: Vec<Option<&str>>, from| {
            one_string(&(Arc::new(StringArray::from(values).slice(from, 2)) as ArrayRef))
        };
        assert!(one(vec![Some("b"), Some("ab"), Some("ab")], 1));
        assert!(one(vec![Some(""), Some("")], 0));
        assert!(!one(vec![Some("ab"), Some("ac")], 0));
        assert!(!one(vec![Some("aa"), Some("a")], 0));
        assert!(!one(vec![Some("a"), Some("aa")], 0));
        assert!(!one(vec![None, None], 0));
        assert!(one_string(&(Arc::new(StringArray::from(vec!["a"])) as ArrayRef)));
    }
}
