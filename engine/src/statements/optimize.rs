//! `OPTIMIZE`: a table's files written anew, so that reading it costs what a scan costs.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray, UInt64Array};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::DataFusionError;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use trademl_catalog::{Lake, TableName};

use crate::action::Action;
use crate::error::Result;

#[derive(Debug)]
pub(crate) struct OptimizeAction {
    pub lake: Lake,
    pub table: TableName,
}

#[async_trait]
impl Action for OptimizeAction {
    fn describe(&self) -> String {
        format!("Optimize: {}", self.table)
    }

    fn schema(&self) -> SchemaRef {
        let text = |name| Field::new(name, DataType::Utf8, false);
        let count = |name| Field::new(name, DataType::UInt64, false);
        Arc::new(Schema::new(vec![
            text("table"),
            text("done"),
            count("version"),
            count("files_before"),
            count("files_after"),
            count("rows"),
            count("bytes"),
        ]))
    }

    async fn run(
        &self,
        _: Vec<SendableRecordBatchStream>,
        _: Arc<TaskContext>,
    ) -> Result<RecordBatch> {
        let outcome = self.lake.optimize(&self.table).await?;
        let done = match outcome.rows {
            0 => "nothing to do",
            _ => "files merged",
        };
        let text = |v: &str| Arc::new(StringArray::from(vec![v])) as ArrayRef;
        let count = |v: u64| Arc::new(UInt64Array::from(vec![v])) as ArrayRef;
        let columns = vec![
            text(&self.table.to_string()),
            text(done),
            count(outcome.version),
            count(outcome.files_before as u64),
            count(outcome.files_after as u64),
            count(outcome.rows),
            count(outcome.bytes),
        ];
        Ok(RecordBatch::try_new(self.schema(), columns).map_err(DataFusionError::from)?)
    }
}
