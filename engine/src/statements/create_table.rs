//! `CREATE TABLE … AS`: the result of a query as a plain table, replaced as a whole.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use trademl_catalog::{CommitId, Knowledge, Lake, RowDigest, TableName};

use crate::action::Action;
use crate::error::{Error, Result};

#[derive(Debug)]
pub(crate) struct CreateTableAction {
    pub lake: Lake,
    pub name: TableName,
    pub or_replace: bool,
    pub if_not_exists: bool,
    /// What its rows know of the future.
    pub knowledge: Knowledge,
    /// The digest of the query's rows, for the record of a run.
    pub digest: Option<OnceLock<RowDigest>>,
}

#[async_trait]
impl Action for CreateTableAction {
    fn describe(&self) -> String {
        format!("CreateTable: {}", self.name)
    }

    fn schema(&self) -> SchemaRef {
        super::written_schema()
    }

    fn digest(&self) -> Option<String> {
        Some(self.digest.as_ref()?.get()?.finish())
    }

    async fn run(
        &self,
        mut inputs: Vec<SendableRecordBatchStream>,
        _: Arc<TaskContext>,
    ) -> Result<RecordBatch> {
        if self.if_not_exists
            && let Some(table) = self.lake.table(&self.name).await?
        {
            return super::written(0, 0, table.version());
        }
        let Some(input) = inputs.pop() else {
            return Err(Error::sql(format!("{}: no query", self.name)));
        };
        let input = super::digested(input, self.digest.as_ref())?;
        let outcome = self
            .lake
            .create_or_replace_table(
                &self.name,
                input,
                &self.knowledge,
                self.or_replace,
                &CommitId::unique(),
            )
            .await?;
        let (new, old) = if outcome.unchanged { (0, outcome.rows) } else { (outcome.rows, 0) };
        super::written(new, old, outcome.version)
    }
}
