//! `VACUUM`.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray, UInt64Array};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use trademl_catalog::{Lake, TableName};

use crate::action::Action;
use crate::error::Result;

#[derive(Debug)]
pub(crate) struct VacuumAction {
    pub lake: Lake,
    pub table: TableName,
    pub retain_hours: u64,
    pub dry_run: bool,
}

#[async_trait]
impl Action for VacuumAction {
    fn describe(&self) -> String {
        let how = if self.dry_run { ", dry run" } else { "" };
        format!("Vacuum: {}, {} hours{how}", self.table, self.retain_hours)
    }

    fn schema(&self) -> SchemaRef {
        let text = |name| Field::new(name, DataType::Utf8, false);
        let count = |name| Field::new(name, DataType::UInt64, false);
        Arc::new(Schema::new(vec![
            text("table"),
            count("files_deleted"),
            count("bytes"),
            count("files_kept_for_runs"),
            Field::new("runs", DataType::Utf8, true),
        ]))
    }

    async fn run(
        &self,
        _: Vec<SendableRecordBatchStream>,
        _: Arc<TaskContext>,
    ) -> Result<RecordBatch> {
        let done = self.lake.vacuum(&self.table, self.retain_hours, self.dry_run).await?;
        let text = |value: Option<String>| Arc::new(StringArray::from(vec![value])) as ArrayRef;
        let runs = (!done.runs.is_empty()).then(|| done.runs.join(", "));
        let count = |value: u64| Arc::new(UInt64Array::from(vec![value])) as ArrayRef;
        let columns = vec![
            text(Some(self.table.to_string())),
            count(done.files_deleted),
            count(done.bytes),
            count(done.files_kept_for_runs),
            text(runs),
        ];
        Ok(RecordBatch::try_new(self.schema(), columns)?)
    }
}
