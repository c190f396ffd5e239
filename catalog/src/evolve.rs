//! Changes of a table that need no file to be written anew: `ALTER TABLE … ADD COLUMN`, where rows
//! that are there have NULL in the new column, and columns that turn out to be labels.

use std::collections::HashMap;

use datafusion::arrow::datatypes::{Field, Schema};
use deltalake_core::kernel::engine::arrow_conversion::TryIntoKernel as _;
use deltalake_core::kernel::{Action, Metadata, MetadataExt as _, StructField, StructType};
use deltalake_core::protocol::DeltaOperation;

use crate::commit::{Attempt, Commit, CommitId, back_off};
use crate::definition::LINEAGE;
use crate::lake::Lake;
use crate::replace::CONTENT;
use crate::types::{check_names, stored_field};
use crate::{Error, Result, Table, TableName};

const MAX_LOST_RACES: u32 = 50;

/// What adding a column did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddColumnOutcome {
    /// The table's version now.
    pub version: u64,
    /// `false` if the column was there already.
    pub added: bool,
}

impl Lake {
    /// Adds a column. With `if_not_exists` one of the same name and type is left as it is.
    pub async fn add_column(
        &self,
        name: &TableName,
        column: &Field,
        if_not_exists: bool,
        commit: &CommitId,
    ) -> Result<AddColumnOutcome> {
        let column = checked(name, column)?;
        let changed = self.change_metadata(name, commit, |table| {
            if is_there(table, &column, if_not_exists)? {
                return Ok(None);
            }
            let (metadata, field) = with_column(table, &column)?;
            Ok(Some((metadata, DeltaOperation::AddColumn { fields: vec![field] })))
        });
        let (version, added) = changed.await?;
        Ok(AddColumnOutcome { version, added })
    }

    /// Remembers that columns of a table are labels from now on.
    pub async fn add_labels(
        &self,
        name: &TableName,
        labels: &[String],
        commit: &CommitId,
    ) -> Result<()> {
        let changed = self.change_metadata(name, commit, |table| {
            let mut knowledge = table.knowledge();
            let there = knowledge.labels.len();
            for label in labels {
                if !knowledge.labels.contains(label) {
                    knowledge.labels.push(label.clone());
                }
            }
            if knowledge.labels.len() == there {
                return Ok(None);
            }
            let properties: HashMap<_, _> = knowledge.properties().collect();
            let mut metadata = table.delta.snapshot()?.snapshot().metadata().clone();
            for (key, value) in &properties {
                metadata = metadata.add_config_key(key.clone(), value.clone())?;
            }
            Ok(Some((metadata, DeltaOperation::SetTableProperties { properties })))
        });
        changed.await.map(|_| ())
    }

    /// Commits a change of metadata, if the newest version still needs it: the version that has
    /// it, and whether it was made now.
    async fn change_metadata(
        &self,
        name: &TableName,
        commit: &CommitId,
        change: impl Fn(&Table) -> Result<Option<(Metadata, DeltaOperation)>>,
    ) -> Result<(u64, bool)> {
        let log = self.store().log(name)?;
        for lost_races in 0..MAX_LOST_RACES {
            let table = self.writable_table(name).await?;
            let Some((metadata, operation)) = change(&table)? else {
                return Ok((table.version(), false));
            };
            self.check_store().await?;
            let actions = vec![Action::Metadata(metadata)];
            let attempt = Commit { table: name, log: &log, id: commit };
            match attempt.attempt(table.version() + 1, actions, operation).await? {
                Attempt::Committed(version) => {
                    self.committed(name, version).await;
                    return Ok((version, true));
                }
                Attempt::Taken => back_off(lost_races).await,
            }
        }
        Err(Error::conflict(format!(
            "table '{name}': {MAX_LOST_RACES} other commits came first; nothing was changed, repeat the statement"
        )))
    }
}

/// The column in stored form.
fn checked(table: &TableName, column: &Field) -> Result<Field> {
    let name = column.name();
    if LINEAGE.contains(&name.to_lowercase().as_str()) {
        return Err(Error::usage(format!(
            "table '{table}': column '{name}' has the name of a lineage column; choose another name"
        )));
    }
    if !column.is_nullable() {
        return Err(Error::usage(format!(
            "table '{table}': column '{name}' was NOT NULL, but the rows that are there have no value for it; leave NOT NULL out"
        )));
    }
    let column = stored_field(column)?;
    check_names(std::slice::from_ref(&column))?;
    Ok(column)
}

/// Whether the table has the column already; another one of that name is an error.
fn is_there(table: &Table, column: &Field, if_not_exists: bool) -> Result<bool> {
    let (name, schema) = (column.name(), table.schema());
    let Some(there) = schema.fields().iter().find(|f| f.name().eq_ignore_ascii_case(name)) else {
        return Ok(false);
    };
    let problem = match (if_not_exists, there.data_type() == column.data_type()) {
        (true, true) => return Ok(true),
        (false, true) => {
            "exists already; write ADD COLUMN IF NOT EXISTS, or choose another name".to_owned()
        }
        (_, false) => format!(
            "exists as {}, and a type never changes; choose another name, or create a new table and insert the rows cast to {}",
            there.data_type(),
            column.data_type()
        ),
    };
    Err(Error::usage(format!("table '{}': column '{}' {problem}", table.name(), there.name())))
}

/// The table's metadata with the column behind its own ones, before the lineage columns.
fn with_column(table: &Table, column: &Field) -> Result<(Metadata, StructField)> {
    let added: StructType = (&Schema::new(vec![column.clone()]))
        .try_into_kernel()
        .map_err(|e| Error::usage(format!("table '{}': {e}", table.name())))?;
    let snapshot = table.delta.snapshot()?.snapshot();
    let metadata = snapshot.metadata().clone();
    let own = table.definition().map_or(table.schema().fields().len(), |d| d.columns.len());
    let mut fields: Vec<StructField> = snapshot.schema().fields().cloned().collect();
    let new: Vec<StructField> = added.fields().cloned().collect();
    let Some(field) = new.first().cloned() else {
        return Err(Error::usage(format!("table '{}': no column to add", table.name())));
    };
    fields.splice(own..own, new);
    let schema = StructType::try_new(fields).map_err(|e| Error::storage(e.to_string()))?;
    // With a column more, a result that equals the stored one is a change.
    let metadata = metadata.with_schema(&schema)?.remove_config_key(CONTENT)?;
    Ok((metadata, field))
}
