//! Which versions of a table name which files, as far back as its log goes.

use std::collections::{BTreeMap, HashMap};
use std::ops::{Range, RangeInclusive};

use chrono::{DateTime, Utc};
use deltalake_core::DeltaTable;
use futures::{StreamExt as _, TryStreamExt as _};
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore as _};
use serde_json::Value;

use crate::lake::Lake;
use crate::{Error, Result, Table, TableName};

const CONCURRENT_READS: usize = 16;

/// The life of every file. Files go by the last part of their path, which no two files share.
#[derive(Debug)]
pub(crate) struct History {
    lives: HashMap<String, Vec<Range<u64>>>,
    /// When each version was committed.
    commits: BTreeMap<u64, DateTime<Utc>>,
    /// The versions that the log can still tell.
    pub versions: RangeInclusive<u64>,
}

impl History {
    /// Reads the log up to the table's version.
    pub async fn read(lake: &Lake, table: &Table) -> Result<Self> {
        let name = table.name();
        let entries: Vec<ObjectMeta> =
            lake.store().table(name).list(Some(&Path::from("_delta_log"))).try_collect().await?;
        let commits: BTreeMap<u64, DateTime<Utc>> = entries
            .iter()
            .filter_map(|e| Some((version_of(&e.location, ".json")?, e.last_modified)))
            .collect();
        let newest = table.version();
        let mut history = Self { lives: HashMap::new(), commits, versions: 0..=newest };
        let mut next = 0;
        if !history.commits.contains_key(&0) {
            // Another tool has cut the log: it starts at the oldest checkpoint.
            let checkpoints = entries.iter().filter_map(|e| version_of(&e.location, ".parquet"));
            let Some(oldest) = checkpoints.min() else {
                return Err(Error::storage(format!(
                    "table '{name}': its log has neither a first version nor a checkpoint; restore the folder _delta_log"
                )));
            };
            history.begin(lake, name, oldest).await?;
            history.versions = oldest..=newest;
            next = oldest + 1;
        }
        let log = lake.store().log(name)?;
        let mut bodies = futures::stream::iter(next..=newest)
            .map(|version| {
                let log = &log;
                async move { (version, log.read_commit_entry(version).await) }
            })
            .buffered(CONCURRENT_READS);
        while let Some((version, body)) = bodies.next().await {
            let body = body?.ok_or_else(|| {
                Error::storage(format!(
                    "table '{name}': version {version} is missing in its log; restore the folder _delta_log"
                ))
            })?;
            history.apply(version, &body);
        }
        Ok(history)
    }

    /// The newest version that was committed by then, or the oldest there is.
    pub fn version_at(&self, time: DateTime<Utc>) -> u64 {
        let before = self.commits.iter().rev().find(|(_, committed)| **committed <= time);
        before.map_or(*self.versions.start(), |(version, _)| *version)
    }

    /// Whether one of the versions names the file.
    pub fn needs(&self, versions: &RangeInclusive<u64>, file: &str) -> bool {
        let lives = self.lives.get(file).map(Vec::as_slice).unwrap_or_default();
        lives.iter().any(|life| life.start <= *versions.end() && *versions.start() < life.end)
    }

    /// The versions of which every file passes `exists`.
    pub fn readable(&self, exists: impl Fn(&str) -> bool) -> Vec<u64> {
        let gone = self.lives.iter().filter(|(file, _)| !exists(file));
        let gone: Vec<&Range<u64>> = gone.flat_map(|(_, lives)| lives).collect();
        let whole = |version: &u64| !gone.iter().any(|life| life.contains(version));
        self.versions.clone().filter(whole).collect()
    }

    /// Starts with the files of a version whose own beginnings are not known.
    async fn begin(&mut self, lake: &Lake, name: &TableName, version: u64) -> Result<()> {
        let mut delta = DeltaTable::new(lake.store().log(name)?);
        delta.load_version(version).await?;
        let table = lake.described(name, delta)?;
        for file in table.files().iter() {
            self.lives.entry(file_name(&file.path).to_owned()).or_default().push(0..u64::MAX);
        }
        Ok(())
    }

    fn apply(&mut self, version: u64, entry: &[u8]) {
        let entry = String::from_utf8_lossy(entry);
        let actions = entry.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let (mut added, mut removed) = (vec![], vec![]);
        for action in actions {
            let path = |kind: &str| Some(file_name(action[kind]["path"].as_str()?).to_owned());
            added.extend(path("add"));
            removed.extend(path("remove"));
        }
        for file in removed {
            if let Some(life) = self.lives.get_mut(&file).and_then(|lives| lives.last_mut()) {
                life.end = life.end.min(version);
            }
        }
        for file in added {
            self.lives.entry(file).or_default().push(version..u64::MAX);
        }
    }
}

/// The last part of a path.
pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The version that a log file's name starts with.
fn version_of(path: &Path, ending: &str) -> Option<u64> {
    let name = path.filename()?;
    name.ends_with(ending).then(|| name.split('.').next()?.parse().ok())?
}
