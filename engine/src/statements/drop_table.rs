//! `DROP TABLE`.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use trademl_catalog::{Lake, TableName};

use crate::action::Action;
use crate::error::{Error, Result};

#[derive(Debug)]
pub(crate) struct DropTableAction {
    pub lake: Lake,
    pub names: Vec<TableName>,
    pub if_exists: bool,
}

#[async_trait]
impl Action for DropTableAction {
    fn describe(&self) -> String {
        let names: Vec<_> = self.names.iter().map(ToString::to_string).collect();
        format!("DropTable: {}", names.join(", "))
    }

    fn schema(&self) -> SchemaRef {
        super::done_schema()
    }

    async fn run(
        &self,
        _: Vec<SendableRecordBatchStream>,
        _: Arc<TaskContext>,
    ) -> Result<RecordBatch> {
        for name in &self.names {
            if !self.lake.drop_table(name).await? && !self.if_exists {
                return Err(Error::sql(format!(
                    "{name}: no such table; \\dt lists them, IF EXISTS passes over missing ones"
                )));
            }
        }
        super::done(self.describe())
    }
}
