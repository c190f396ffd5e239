//! Plain tables: the result of a query, written and replaced as a whole.

use std::sync::{Arc, Mutex};

use chrono::Utc;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use deltalake_core::kernel::engine::arrow_conversion::TryIntoKernel as _;
use deltalake_core::kernel::{Action, Add, Metadata, MetadataExt as _, StructType, new_metadata};
use deltalake_core::protocol::{DeltaOperation, SaveMode};
use futures::StreamExt as _;

use crate::commit::{Attempt, Commit, CommitId, back_off};
use crate::content::Content;
use crate::input::stored_batch;
use crate::knowledge::Knowledge;
use crate::lake::Lake;
use crate::types::stored_schema;
use crate::write::{Layout, delete_files, write_files};
use crate::{Error, Result, Table, TableName};

/// Table property that tells whether a result is the one already stored.
pub(crate) const CONTENT: &str = "trademl.content";
const MAX_LOST_RACES: u32 = 50;

/// What replacing a table did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReplaceOutcome {
    /// Rows of the table now.
    pub rows: u64,
    /// The table's version now.
    pub version: u64,
    /// Whether the table held exactly these rows before, so that nothing was committed.
    pub unchanged: bool,
}

impl Lake {
    /// Writes a query's rows as a plain table in one commit: readers see the old rows or the new
    /// ones. Rows equal to those already stored, in any order, are not committed again.
    /// Without `replace` an existing table is an error. Point-in-time tables are never replaced.
    pub async fn create_or_replace_table(
        &self,
        name: &TableName,
        input: SendableRecordBatchStream,
        knowledge: &Knowledge,
        replace: bool,
        commit: &CommitId,
    ) -> Result<ReplaceOutcome> {
        let mut table = self.newest(name).await?;
        check_replaceable(name, table.as_ref(), replace)?;
        self.check_store().await?;
        let schema = stored_schema(&input.schema())?;
        let content = Arc::new(Mutex::new(Content::new(&schema)?));
        let rows = {
            let (schema, content) = (Arc::clone(&schema), Arc::clone(&content));
            input.map(move |batch| {
                let batch = stored_batch(&batch?, &schema)?;
                match content.lock() {
                    Ok(mut content) => content.add(&batch)?,
                    Err(_) => return Err(Error::data("content: digest unusable").into()),
                }
                Ok::<_, DataFusionError>(batch)
            })
        };
        let rows = Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&schema), rows));
        let store = self.store().table(name);
        let layout =
            Layout { schema: Arc::clone(&schema), partition_by: vec![], sorted_by: vec![] };
        let adds = write_files(Arc::clone(&store), &layout, rows).await?;
        let (digest, rows) = content.lock().map(|c| (c.digest(), c.rows)).unwrap_or_default();
        for lost_races in 0..MAX_LOST_RACES {
            if let Some(table) = &table
                && table.property(CONTENT).as_deref() == Some(&digest)
                && table.knowledge() == *knowledge
            {
                delete_files(&store, &adds).await;
                let version = table.version();
                return Ok(ReplaceOutcome { rows, version, unchanged: true });
            }
            let metadata = plain_metadata(name, &schema, &digest, knowledge)?;
            let attempt = self.replace_once(name, table.as_ref(), metadata, &adds, commit);
            match attempt.await {
                Ok(Attempt::Committed(version)) => {
                    self.committed(name, version).await;
                    return Ok(ReplaceOutcome { rows, version, unchanged: false });
                }
                Ok(Attempt::Taken) => back_off(lost_races).await,
                Err(error) => return Err(error),
            }
            table = self.newest(name).await?;
            if let Err(error) = check_replaceable(name, table.as_ref(), replace) {
                delete_files(&store, &adds).await;
                return Err(error);
            }
        }
        delete_files(&store, &adds).await;
        Err(Error::conflict(format!(
            "table '{name}': {MAX_LOST_RACES} other commits came first; nothing was changed, repeat the statement"
        )))
    }

    async fn replace_once(
        &self,
        name: &TableName,
        table: Option<&Table>,
        metadata: Metadata,
        adds: &[Add],
        commit: &CommitId,
    ) -> Result<Attempt> {
        let adds = adds.iter().cloned().map(Action::Add);
        let Some(table) = table else {
            return self.create(name, metadata, adds.collect(), commit).await;
        };
        let mut actions = vec![Action::Metadata(metadata.with_table_id(table.id())?)];
        let now = Utc::now().timestamp_millis();
        actions.extend(table.files().iter().map(|file| Action::Remove(file.remove(true, now))));
        actions.extend(adds);
        let operation = DeltaOperation::Write {
            mode: SaveMode::Overwrite,
            partition_by: None,
            predicate: None,
        };
        let log = self.store().log(name)?;
        let commit = Commit { table: name, log: &log, id: commit };
        commit.attempt(table.version() + 1, actions, operation).await
    }
}

fn check_replaceable(name: &TableName, table: Option<&Table>, replace: bool) -> Result<()> {
    match table {
        Some(table) if table.definition().is_some() => Err(Error::usage(format!(
            "table '{name}': is a point-in-time table, whose history is not replaced; INSERT corrections with a later known_at, or DROP TABLE first"
        ))),
        Some(_) if !replace => Err(Error::usage(format!(
            "table '{name}': exists already; write CREATE OR REPLACE TABLE, or choose another name"
        ))),
        Some(table) => table.check_writable(),
        None => Ok(()),
    }
}

fn plain_metadata(
    name: &TableName,
    schema: &SchemaRef,
    digest: &str,
    knowledge: &Knowledge,
) -> Result<Metadata> {
    let kernel: StructType = schema
        .as_ref()
        .try_into_kernel()
        .map_err(|e| Error::usage(format!("table '{name}': {e}")))?;
    let none: [&str; 0] = [];
    let properties = [(CONTENT.to_owned(), digest.to_owned())].into_iter();
    Ok(new_metadata(&kernel, none, properties.chain(knowledge.properties()))?)
}
