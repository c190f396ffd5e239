//! `CREATE PIT TABLE`.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use trademl_catalog::{Lake, PitDefinition};

use crate::action::Action;
use crate::error::Result;

#[derive(Debug)]
pub(crate) struct CreatePitTableAction {
    pub lake: Lake,
    pub definition: PitDefinition,
    pub if_not_exists: bool,
}

#[async_trait]
impl Action for CreatePitTableAction {
    fn describe(&self) -> String {
        format!("CreatePitTable: {}", self.definition.name)
    }

    fn schema(&self) -> SchemaRef {
        super::done_schema()
    }

    async fn run(
        &self,
        _: Vec<SendableRecordBatchStream>,
        _: Arc<TaskContext>,
    ) -> Result<RecordBatch> {
        self.lake.create_pit_table(&self.definition, self.if_not_exists).await?;
        super::done(format!("point-in-time table {}", self.definition.name))
    }
}
