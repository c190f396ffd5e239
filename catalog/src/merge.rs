//! New rows against the rows the table has: what is already there is dropped, what contradicts
//! it is refused. Both sides arrive sorted by (key, event time, `known_at`), so that memory holds
//! one batch of each.

use std::cmp::Ordering;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use datafusion::arrow::array::{ArrayRef, BooleanArray, RecordBatch, new_null_array};
use datafusion::arrow::compute::filter_record_batch;
use datafusion::arrow::datatypes::{DataType, Schema};
use datafusion::arrow::row::{OwnedRow, RowConverter, Rows, SortField};
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::StreamExt as _;

use crate::definition::{KNOWN_AT, PitDefinition};
use crate::input::{row_text, value_text};
use crate::{Error, Result};

/// What the merge saw, readable once its stream has ended.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub written: AtomicU64,
    pub skipped: AtomicU64,
    /// Whether a row revises, or is revised by, another row of table or insert.
    pub revises: AtomicBool,
}

/// The rows of `new` that the table does not have.
pub(crate) fn merge(
    definition: &PitDefinition,
    new: SendableRecordBatchStream,
    existing: Option<SendableRecordBatchStream>,
    known_at_defaulted: bool,
) -> Result<(SendableRecordBatchStream, Arc<Tally>)> {
    let schema = new.schema();
    let tally = Arc::new(Tally::default());
    let merge = Merge {
        encoder: Arc::new(Encoder::new(definition, &schema)?),
        definition: definition.clone(),
        known_at_defaulted,
        existing: existing.map(|rows| Existing { rows, current: None, row: 0, passed: None }),
        last: None,
        tally: Arc::clone(&tally),
    };
    let state = (merge, new);
    let batches = futures::stream::try_unfold(state, |(mut merge, mut new)| async move {
        while let Some(batch) = new.next().await {
            let kept = merge.keep(&batch?).await?;
            if kept.num_rows() > 0 {
                return Ok::<_, DataFusionError>(Some((kept, (merge, new))));
            }
        }
        Ok(None)
    });
    Ok((Box::pin(RecordBatchStreamAdapter::new(schema, batches)), tally))
}

/// Rows as comparable bytes, in the order queries sort by.
struct Encoder {
    identity: Part,
    row: Part,
    payload: Part,
}

struct Part {
    columns: Vec<usize>,
    converter: RowConverter,
}

impl Encoder {
    fn new(definition: &PitDefinition, schema: &Schema) -> Result<Self> {
        let part = |names: Vec<String>| -> Result<Part> {
            let columns = names
                .iter()
                .map(|n| schema.index_of(n))
                .collect::<Result<Vec<_>, _>>()
                .map_err(DataFusionError::from)?;
            let fields =
                columns.iter().map(|i| SortField::new(schema.field(*i).data_type().clone()));
            let mut fields: Vec<SortField> = fields.collect();
            if fields.is_empty() {
                fields.push(SortField::new(DataType::Null));
            }
            let converter = RowConverter::new(fields).map_err(DataFusionError::from)?;
            Ok(Part { columns, converter })
        };
        Ok(Self {
            identity: part(definition.identity_columns())?,
            row: part(definition.row_columns())?,
            payload: part(definition.payload_columns())?,
        })
    }

    fn encode(&self, batch: &RecordBatch) -> Result<Encoded> {
        let rows = |part: &Part| -> Result<Rows> {
            let columns: Vec<ArrayRef> =
                part.columns.iter().map(|i| Arc::clone(batch.column(*i))).collect();
            if columns.is_empty() {
                // A table may consist of its key alone; all its payloads are equal.
                let nothing = new_null_array(&DataType::Null, batch.num_rows());
                return Ok(part
                    .converter
                    .convert_columns(&[nothing])
                    .map_err(DataFusionError::from)?);
            }
            Ok(part.converter.convert_columns(&columns).map_err(DataFusionError::from)?)
        };
        Ok(Encoded {
            identity: rows(&self.identity)?,
            row: rows(&self.row)?,
            payload: rows(&self.payload)?,
            batch: batch.clone(),
        })
    }
}

struct Encoded {
    identity: Rows,
    row: Rows,
    payload: Rows,
    batch: RecordBatch,
}

/// A cursor over the table's rows.
struct Existing {
    rows: SendableRecordBatchStream,
    current: Option<Arc<Encoded>>,
    row: usize,
    /// The row before the cursor.
    passed: Option<(Arc<Encoded>, usize)>,
}

impl Existing {
    /// The row at the cursor.
    async fn peek(&mut self, encoder: &Encoder) -> Result<Option<(Arc<Encoded>, usize)>> {
        loop {
            if let Some(current) = &self.current
                && self.row < current.batch.num_rows()
            {
                return Ok(Some((Arc::clone(current), self.row)));
            }
            let Some(batch) = self.rows.next().await else { return Ok(None) };
            self.current = Some(Arc::new(encoder.encode(&batch?)?));
            self.row = 0;
        }
    }

    fn pass(&mut self) {
        self.passed = self.current.as_ref().map(|current| (Arc::clone(current), self.row));
        self.row += 1;
    }
}

struct Merge {
    encoder: Arc<Encoder>,
    definition: PitDefinition,
    known_at_defaulted: bool,
    existing: Option<Existing>,
    /// Identity and full row of the new row before this one.
    last: Option<(OwnedRow, OwnedRow)>,
    tally: Arc<Tally>,
}

impl Merge {
    async fn keep(&mut self, batch: &RecordBatch) -> Result<RecordBatch> {
        let new = self.encoder.encode(batch)?;
        let mut keep = Vec::with_capacity(batch.num_rows());
        for i in 0..batch.num_rows() {
            self.compare_with_last(&new, i)?;
            keep.push(!self.already_there(&new, i).await?);
        }
        if let Some(i) = batch.num_rows().checked_sub(1) {
            self.last = Some((new.identity.row(i).owned(), new.row.row(i).owned()));
        }
        let written = keep.iter().filter(|k| **k).count() as u64;
        self.tally.written.fetch_add(written, Relaxed);
        self.tally.skipped.fetch_add(keep.len() as u64 - written, Relaxed);
        Ok(filter_record_batch(batch, &BooleanArray::from(keep)).map_err(DataFusionError::from)?)
    }

    fn compare_with_last(&self, new: &Encoded, i: usize) -> Result<()> {
        let (same_identity, same_row) = match (i.checked_sub(1), &self.last) {
            (Some(before), _) => (
                new.identity.row(before) == new.identity.row(i),
                new.row.row(before) == new.row.row(i),
            ),
            (None, Some((identity, row))) => {
                (identity.row() == new.identity.row(i), row.row() == new.row.row(i))
            }
            (None, None) => (false, false),
        };
        if same_row {
            return Err(Error::data(format!(
                "table '{}': row {} with known_at {} comes twice in one insert; keep one (SELECT DISTINCT, or GROUP BY the key), or give the later one a later known_at",
                self.definition.name,
                row_text(&self.definition.identity_columns(), &new.batch, i),
                known_at_text(&new.batch, i),
            )));
        }
        if same_identity {
            self.tally.revises.store(true, Relaxed);
        }
        Ok(())
    }

    /// Whether the table has the row. An existing row that contradicts it is an error.
    async fn already_there(&mut self, new: &Encoded, i: usize) -> Result<bool> {
        let Some(existing) = &mut self.existing else { return Ok(false) };
        let (identity, row, payload) = (new.identity.row(i), new.row.row(i), new.payload.row(i));
        let mut contradicted = None;
        while let Some((old, at)) = existing.peek(&self.encoder).await? {
            match old.row.row(at).cmp(&row) {
                Ordering::Less => existing.pass(),
                Ordering::Equal if old.payload.row(at) == payload => return Ok(true),
                Ordering::Equal => {
                    contradicted = Some((old, at));
                    existing.pass();
                }
                Ordering::Greater => {
                    if old.identity.row(at) == identity {
                        self.tally.revises.store(true, Relaxed);
                    }
                    break;
                }
            }
        }
        if let Some((old, at)) = contradicted {
            return Err(self.contradiction(new, i, &old, at));
        }
        if let Some((old, at)) = &existing.passed
            && old.identity.row(*at) == identity
        {
            // Learning nothing new is not a revision, unless the source says when it was learnt.
            if self.known_at_defaulted && old.payload.row(*at) == payload {
                return Ok(true);
            }
            self.tally.revises.store(true, Relaxed);
        }
        Ok(false)
    }

    fn contradiction(&self, new: &Encoded, i: usize, old: &Encoded, at: usize) -> Error {
        let differs = self.definition.payload_columns().into_iter().find_map(|name| {
            let was = value_text(old.batch.column_by_name(&name)?, at);
            let is = value_text(new.batch.column_by_name(&name)?, i);
            (was != is).then(|| format!("{name} is {was} there and {is} here"))
        });
        Error::data(format!(
            "table '{}': row {} with known_at {} exists with other values ({}); a correction is a new row with a later known_at",
            self.definition.name,
            row_text(&self.definition.identity_columns(), &new.batch, i),
            known_at_text(&new.batch, i),
            differs.unwrap_or_else(|| "the payload differs".into()),
        ))
    }
}

fn known_at_text(batch: &RecordBatch, row: usize) -> String {
    batch.column_by_name(KNOWN_AT).map_or_else(String::new, |column| value_text(column, row))
}
