//! `VACUUM`: deletes files that no version within the retention names, except those that a recorded
//! run has written, so that what a run saw stays readable.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::Utc;
use datafusion::arrow::array::AsArray as _;
use datafusion::logical_expr::{Expr, lit};
use futures::{StreamExt as _, TryStreamExt as _};
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore as _, ObjectStoreExt as _};
use serde_json::Value;

use crate::durable::STAGED;
use crate::history::{History, file_name as file_name_of};
use crate::lake::{ENVIRONMENTS, Lake};
use crate::layer::commit_version;
use crate::publication::STAGES;
use crate::{Error, Result, TableName};

/// How long `VACUUM` keeps what is no longer part of a table.
pub const DEFAULT_RETENTION_HOURS: u64 = 7 * 24;
/// Less would delete the files of an insert that is still running.
pub const MIN_RETENTION_HOURS: u64 = 24;

/// What a vacuum did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VacuumOutcome {
    /// Files deleted.
    pub files_deleted: u64,
    /// Their size.
    pub bytes: u64,
    /// Files kept for recorded runs only.
    pub files_kept_for_runs: u64,
    /// Those runs.
    pub runs: Vec<String>,
}

impl Lake {
    /// Deletes files of a table that nobody has needed for some hours. With `dry_run` it only
    /// counts them.
    pub async fn vacuum(
        &self,
        name: &TableName,
        retention_hours: u64,
        dry_run: bool,
    ) -> Result<VacuumOutcome> {
        if retention_hours < MIN_RETENTION_HOURS {
            return Err(Error::usage(format!(
                "table '{name}': RETAIN was {retention_hours} hours, expected at least {MIN_RETENTION_HOURS}; a shorter time could delete files of an insert that is still running"
            )));
        }
        self.not_in_a_layer("VACUUM", name)?;
        let table = self.writable_table(name).await?;
        if !dry_run {
            self.check_store().await?;
        }
        let age = Duration::from_hours(retention_hours.min(24 * 365 * 100));
        let cutoff = Utc::now() - age;
        // Listed before the log is read: a file that is committed in between is too young.
        let store = self.store().table(name);
        let listed: Vec<ObjectMeta> = store.list(None).try_collect().await?;
        let history = History::read(self, &table).await?;
        let kept = history.version_at(cutoff)..=table.version();
        let runs = self.runs_that_wrote(name).await?;
        let layered = self.layered_files(name).await?;
        let (mut outcome, mut deleted) = (VacuumOutcome::default(), vec![]);
        let mut needed_by = BTreeSet::new();
        for file in listed.into_iter().filter(|f| f.last_modified < cutoff) {
            let Some(file_name) = data_file_name(&file.location) else { continue };
            let forked = |version: &u64| history.needs(&(*version..=*version), file_name);
            if history.needs(&kept, file_name)
                || layered.names.contains(file_name)
                || layered.forks.iter().any(forked)
            {
                continue;
            }
            let needs =
                |(version, _): &(&u64, _)| history.needs(&(**version..=**version), file_name);
            let holders: Vec<&String> =
                runs.iter().filter(needs).flat_map(|(_, ids)| ids).collect();
            if holders.is_empty() {
                outcome.files_deleted += 1;
                outcome.bytes += file.size;
                deleted.push(file.location);
            } else {
                outcome.files_kept_for_runs += 1;
                needed_by.extend(holders);
            }
        }
        outcome.runs = needed_by.into_iter().cloned().collect();
        if !dry_run {
            let paths = futures::stream::iter(deleted.into_iter().map(Ok)).boxed();
            let mut done = store.delete_stream(paths);
            while let Some(path) = done.next().await {
                match path {
                    Ok(_) | Err(object_store::Error::NotFound { .. }) => {}
                    Err(e) => return Err(e.into()),
                }
            }
        }
        Ok(outcome)
    }

    /// What environments and runs under way need of a table.
    async fn layered_files(&self, name: &TableName) -> Result<Layered> {
        let store = &self.store().lake;
        let log = format!("/{}/_delta_log", name.folder());
        let mut layered = Layered::default();
        for folder in [ENVIRONMENTS, STAGES] {
            let files = store.list(Some(&Path::from(folder)));
            let files: Vec<ObjectMeta> = files.try_collect().await?;
            for file in files {
                let in_log = |path: &Path| {
                    path.as_ref().rsplit_once('/').is_some_and(|(folder, _)| folder.ends_with(&log))
                };
                let Some(version) =
                    commit_version(&file.location).filter(|_| in_log(&file.location))
                else {
                    continue;
                };
                layered.forks.extend(version.checked_sub(1));
                let body = store.get(&file.location).await?.bytes().await?;
                for line in String::from_utf8_lossy(&body).lines() {
                    let action: Value = serde_json::from_str(line).unwrap_or_default();
                    let path = action["add"]["path"].as_str().map(file_name_of);
                    layered.names.extend(path.map(ToOwned::to_owned));
                }
            }
        }
        Ok(layered)
    }

    /// The recorded runs by the version of the table that they wrote.
    async fn runs_that_wrote(&self, name: &TableName) -> Result<BTreeMap<u64, BTreeSet<String>>> {
        let mut runs: BTreeMap<u64, BTreeSet<String>> = BTreeMap::new();
        let Some(ledger) = self.table(&TableName::new("ops", "runs")?).await? else {
            return Ok(runs);
        };
        let every: Expr = lit(true);
        for batch in self.workbench().read(ledger.provider(), every).await? {
            let (Some(ids), Some(versions)) =
                (batch.column_by_name("run_id"), batch.column_by_name("table_versions"))
            else {
                continue;
            };
            let (ids, versions) = (ids.as_string::<i32>(), versions.as_string::<i32>());
            for (id, versions) in ids.iter().zip(versions) {
                let versions: Value =
                    serde_json::from_str(versions.unwrap_or_default()).unwrap_or_default();
                if let (Some(id), Some(version)) = (id, versions[name.to_string()].as_u64()) {
                    runs.entry(version).or_default().insert(id.to_owned());
                }
            }
        }
        Ok(runs)
    }
}

/// What layers need of a table.
#[derive(Debug, Default)]
struct Layered {
    /// Files that their logs name.
    names: BTreeSet<String>,
    /// The versions that their logs go on from.
    forks: BTreeSet<u64>,
}

/// The name of a file that may be deleted: data, or what a killed process left unfinished. The log
/// and files that other tools hide stay.
fn data_file_name(path: &Path) -> Option<&str> {
    let name = path.filename()?;
    let hidden = |part: &str| part.starts_with('_') || part.starts_with('.');
    let data = !path.parts().any(|part| hidden(part.as_ref()));
    (data || name.starts_with(STAGED)).then_some(name)
}
