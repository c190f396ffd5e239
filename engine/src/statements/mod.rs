//! The statements of our own: each plans to an [`Action`](crate::action::Action).

mod alter_table;
mod audit;
mod create_pit_table;
mod create_table;
mod drop_table;
mod insert;
mod optimize;
mod set;
mod vacuum;

pub(crate) use alter_table::AlterTableAction;
pub(crate) use audit::AuditAction;
pub(crate) use create_pit_table::CreatePitTableAction;
pub(crate) use create_table::CreateTableAction;
pub(crate) use drop_table::DropTableAction;
pub(crate) use insert::{InsertAction, mapped_to_columns};
pub(crate) use optimize::OptimizeAction;
pub(crate) use set::SetAction;
pub(crate) use vacuum::VacuumAction;

use std::sync::{Arc, OnceLock};

use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray, UInt64Array};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::execution::SendableRecordBatchStream;
use trademl_catalog::RowDigest;

/// The answer of a statement that only says what it did.
pub(crate) fn done_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![Field::new("done", DataType::Utf8, false)]))
}

pub(crate) fn done(what: String) -> crate::Result<RecordBatch> {
    let column = Arc::new(StringArray::from(vec![what])) as ArrayRef;
    Ok(RecordBatch::try_new(done_schema(), vec![column])
        .map_err(datafusion::common::DataFusionError::from)?)
}

/// Lets a query's rows pass, adding them up for the record of a run if there is one.
fn digested(
    rows: SendableRecordBatchStream,
    digest: Option<&OnceLock<RowDigest>>,
) -> crate::Result<SendableRecordBatchStream> {
    let Some(digest) = digest else { return Ok(rows) };
    let (rows, sum) = RowDigest::of(rows)?;
    let _ = digest.set(sum);
    Ok(rows)
}

/// The answer of a statement that wrote rows.
fn written_schema() -> SchemaRef {
    let count = |name| Field::new(name, DataType::UInt64, false);
    Arc::new(Schema::new(vec![count("rows"), count("skipped"), count("version")]))
}

fn written(rows: u64, skipped: u64, version: u64) -> crate::Result<RecordBatch> {
    let columns =
        [rows, skipped, version].map(|v| Arc::new(UInt64Array::from(vec![v])) as ArrayRef);
    Ok(RecordBatch::try_new(written_schema(), columns.to_vec())
        .map_err(datafusion::common::DataFusionError::from)?)
}
