//! `OPTIMIZE`: files of a point-in-time table that overlap or are small, written anew as few sorted
//! ones. Rows stay as they are, all revisions included; the old files stay for readers of older
//! versions.

use std::collections::{BTreeMap, HashSet};

use chrono::Utc;
use deltalake_core::kernel::{Action, Add};
use deltalake_core::protocol::DeltaOperation;

use crate::commit::{Attempt, Commit, CommitId, back_off};
use crate::data_file::{DataFile, FIRST_REVISIONS};
use crate::extent::rows;
use crate::insert::set_tag;
use crate::lake::Lake;
use crate::table::is_unrevised;
use crate::write::{FILE_BYTES, Layout, delete_files, write_files};
use crate::{Error, PitDefinition, Result, Table, TableName};

/// Versions lost to other writers before giving up.
const MAX_LOST_RACES: u32 = 200;
/// A file below this is worth merging with its neighbours.
const SMALL: u64 = FILE_BYTES / 2;

/// What an optimization did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OptimizeOutcome {
    /// The table's version now; unchanged if there was nothing to do.
    pub version: u64,
    /// Files of the table before.
    pub files_before: usize,
    /// Files of the table now.
    pub files_after: usize,
    /// Rows written anew; zero if there was nothing to do.
    pub rows: u64,
    /// Bytes written anew.
    pub bytes: u64,
}

impl Lake {
    /// Merges a point-in-time table's overlapping and small files. Inserts may go on meanwhile; of
    /// two optimizations at a time one fails and leaves nothing behind.
    pub async fn optimize(&self, name: &TableName) -> Result<OptimizeOutcome> {
        let table = self.writable_table(name).await?;
        let definition = table.definition().ok_or_else(|| {
            Error::usage(format!(
                "table '{name}': is not a point-in-time table, so its files have no order to restore; CREATE OR REPLACE TABLE writes it anew"
            ))
        })?;
        let files_before = table.files().len();
        let runs = runs(table.files(), &definition.row_columns());
        if runs.is_empty() {
            let (version, files_after) = (table.version(), files_before);
            return Ok(OptimizeOutcome { version, files_before, files_after, rows: 0, bytes: 0 });
        }
        self.check_store().await?;
        let mut adds = vec![];
        for run in &runs {
            match self.merged(&table, definition, run).await {
                Ok(merged) => adds.extend(merged),
                Err(error) => {
                    delete_files(&self.store().table(name), &adds).await;
                    return Err(error);
                }
            }
        }
        let removed: Vec<&DataFile> = runs.iter().flatten().collect();
        let (version, files) = self.swap(&table, &removed, &adds).await?;
        Ok(OptimizeOutcome {
            version,
            files_before,
            files_after: files,
            rows: adds.iter().filter_map(rows).sum(),
            bytes: adds.iter().map(|add| u64::try_from(add.size).unwrap_or_default()).sum(),
        })
    }

    /// Writes the rows of some files, which are of one partition, as new files.
    async fn merged(
        &self,
        table: &Table,
        definition: &PitDefinition,
        files: &[DataFile],
    ) -> Result<Vec<Add>> {
        let order = definition.row_columns();
        let input = table.file_table(files.to_vec().into());
        let sorted = self.workbench().read_sorted(input, None, &order).await?;
        let layout = Layout {
            schema: table.schema(),
            partition_by: definition.partition_by.clone(),
            sorted_by: order,
        };
        let store = self.store().table(table.name());
        let mut adds = write_files(store.clone(), &layout, sorted).await?;
        let before: Option<u64> = files.iter().map(|file| file.rows).sum();
        let after: Option<u64> = adds.iter().map(rows).sum();
        if before.is_some() && before != after {
            delete_files(&store, &adds).await;
            return Err(Error::storage(format!(
                "table '{}': its files hold {after:?} rows where the log says {before:?}; nothing was changed, restore the files or read an earlier version",
                table.name()
            )));
        }
        let unrevised = if is_unrevised(files) { "true" } else { "false" };
        for add in &mut adds {
            add.data_change = false;
            set_tag(add, FIRST_REVISIONS, unrevised);
        }
        Ok(adds)
    }

    /// Commits new files in the place of old ones, on top of what others appended meanwhile. The
    /// version, and the number of files it has.
    async fn swap(
        &self,
        table: &Table,
        removed: &[&DataFile],
        adds: &[Add],
    ) -> Result<(u64, usize)> {
        let name = table.name();
        let log = self.store().log(name)?;
        let id = CommitId::unique();
        let now = Utc::now().timestamp_millis();
        let removes = removed.iter().map(|file| Action::Remove(file.remove(false, now)));
        let actions: Vec<Action> = removes.chain(adds.iter().cloned().map(Action::Add)).collect();
        let mut latest = table.clone();
        for lost_races in 0..MAX_LOST_RACES {
            let operation =
                DeltaOperation::Optimize { predicate: None, target_size: FILE_BYTES.cast_signed() };
            let commit = Commit { table: name, log: &log, id: &id };
            let next = latest.version() + 1;
            if let Attempt::Committed(version) =
                commit.attempt(next, actions.clone(), operation).await?
            {
                self.committed(name, version).await;
                return Ok((version, latest.files().len() - removed.len() + adds.len()));
            }
            back_off(lost_races.min(4)).await;
            latest = match self.writable_table(name).await {
                Ok(latest) if latest.id() == table.id() && holds(&latest, removed) => latest,
                outcome => {
                    delete_files(&self.store().table(name), adds).await;
                    outcome?;
                    return Err(Error::conflict(format!(
                        "table '{name}': another statement rewrote its files meanwhile; nothing was changed, and if that was OPTIMIZE too, nothing is left to do"
                    )));
                }
            };
        }
        delete_files(&self.store().table(name), adds).await;
        Err(Error::conflict(format!(
            "table '{name}': {MAX_LOST_RACES} other commits came first; nothing was changed, repeat the statement with fewer concurrent writers"
        )))
    }
}

fn holds(table: &Table, files: &[&DataFile]) -> bool {
    let paths: HashSet<&str> = table.files().iter().map(|f| f.path.as_str()).collect();
    files.iter().all(|file| paths.contains(file.path.as_str()))
}

/// Neighbouring files to be written anew together: those that overlap or are small, between files
/// that are neither.
fn runs(files: &[DataFile], order: &[String]) -> Vec<Vec<DataFile>> {
    let mut partitions: BTreeMap<Vec<_>, Vec<&DataFile>> = BTreeMap::new();
    for file in files {
        let mut partition: Vec<_> = file.partition.iter().collect();
        partition.sort();
        partitions.entry(partition).or_default().push(file);
    }
    let mut runs: Vec<Vec<DataFile>> = vec![];
    for files in partitions.into_values() {
        let mut run: Vec<&DataFile> = vec![];
        for heap in heaps(files, order) {
            let stays = match heap.as_slice() {
                [file] => file.size >= SMALL && is_sorted(file, order),
                _ => false,
            };
            if stays {
                finish(&mut run, order, &mut runs);
            } else {
                run.extend(heap);
            }
        }
        finish(&mut run, order, &mut runs);
    }
    runs
}

/// Ends a run. A sorted file by itself has nothing to be merged with.
fn finish(run: &mut Vec<&DataFile>, order: &[String], runs: &mut Vec<Vec<DataFile>>) {
    let run = std::mem::take(run);
    let alone = matches!(run.as_slice(), [file] if is_sorted(file, order));
    if !run.is_empty() && !alone {
        runs.push(run.into_iter().cloned().collect());
    }
}

/// Files by their beginnings, those that overlap together. Files of unknown extent overlap all.
fn heaps<'a>(mut files: Vec<&'a DataFile>, order: &[String]) -> Vec<Vec<&'a DataFile>> {
    if !files.iter().all(|file| is_sorted(file, order)) {
        return vec![files];
    }
    let first = |file: &DataFile| file.extent.as_ref().map(|e| e.first_identity().to_vec());
    let last = |file: &DataFile| file.extent.as_ref().map(|e| e.last_identity().to_vec());
    files.sort_by(|a, b| {
        let by_row = first(a).partial_cmp(&first(b));
        by_row.unwrap_or(std::cmp::Ordering::Equal).then_with(|| a.path.cmp(&b.path))
    });
    let mut heaps: Vec<Vec<&DataFile>> = vec![];
    let mut end = None;
    for file in files {
        match heaps.last_mut() {
            Some(heap) if first(file) <= end => heap.push(file),
            _ => heaps.push(vec![file]),
        }
        if last(file) > end {
            end = last(file);
        }
    }
    heaps
}

fn is_sorted(file: &DataFile, order: &[String]) -> bool {
    file.extent.as_ref().is_some_and(|extent| extent.sorted_by == order)
}
