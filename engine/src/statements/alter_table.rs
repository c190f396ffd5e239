//! `ALTER TABLE … ADD COLUMN`.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{Field, SchemaRef};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use trademl_catalog::{CommitId, Lake, TableName};

use crate::action::Action;
use crate::error::Result;

#[derive(Debug)]
pub(crate) struct AlterTableAction {
    pub lake: Lake,
    pub table: TableName,
    pub columns: Vec<Field>,
    pub if_not_exists: bool,
}

#[async_trait]
impl Action for AlterTableAction {
    fn describe(&self) -> String {
        let columns = self.columns.iter().map(|c| format!("{} {}", c.name(), c.data_type()));
        format!("AlterTable: {} add {}", self.table, columns.collect::<Vec<_>>().join(", "))
    }

    fn schema(&self) -> SchemaRef {
        super::done_schema()
    }

    async fn run(
        &self,
        _: Vec<SendableRecordBatchStream>,
        _: Arc<TaskContext>,
    ) -> Result<RecordBatch> {
        let mut said = vec![];
        for column in &self.columns {
            let (table, id) = (&self.table, CommitId::unique());
            let outcome = self.lake.add_column(table, column, self.if_not_exists, &id).await?;
            let did = if outcome.added { "added to" } else { "was there in" };
            said.push(format!("column {} {did} {table}", column.name()));
        }
        super::done(said.join(", "))
    }
}
