//! What a run writes is staged in a [`Layer`](crate::layer), then published: all of it, or nothing.
//!
//! Publishing begins with a journal in `ops/publications`, which decides it, and ends when the journal
//! is deleted. In between readers see each of its tables and models as they were before. Every part
//! can be repeated, so whoever finds a journal of a process that died finishes its work.

use std::collections::{BTreeMap, HashSet};

use futures::{StreamExt as _, TryStreamExt as _};
use object_store::path::Path;
use object_store::{ObjectStore as _, ObjectStoreExt as _, PutMode, PutOptions};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::commit::{Attempt, Commit, CommitId};
use crate::data_file::FIRST_REVISIONS;
use crate::lake::Lake;
use crate::layer::commit_version;
use crate::name::check_part;
use crate::{Error, Result, TableName};

const JOURNALS: &str = "ops/publications";
/// Where runs under way keep their own.
pub(crate) const STAGES: &str = "ops/stages";

/// The writes of a run that nobody else sees yet.
#[derive(Debug)]
pub struct Stage {
    base: Lake,
    lake: Lake,
    pipeline: String,
    folder: Path,
}

/// What a publication will have done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Journal {
    run_id: String,
    /// Where the staged files are.
    stage: String,
    /// The versions of each table; the first one follows what was there before.
    tables: BTreeMap<String, Vec<u64>>,
    /// Models and the pipeline's state.
    objects: Vec<String>,
}

impl Lake {
    /// Where a pipeline's next run writes: what an earlier run left unpublished, or a new stage. The
    /// caller holds the pipeline's lock.
    pub async fn stage(&self, pipeline: &str) -> Result<Stage> {
        let new = self.new_stage(pipeline)?;
        let stages = Path::from(format!("{STAGES}/{pipeline}"));
        let found = self.store().lake.list_with_delimiter(Some(&stages)).await?.common_prefixes;
        let Some(folder) = found.into_iter().max() else { return Ok(new) };
        Ok(Stage { lake: self.layered(folder.as_ref()), folder, ..new })
    }

    /// A new stage, whatever is left of others.
    pub fn new_stage(&self, pipeline: &str) -> Result<Stage> {
        check_part("pipeline", pipeline)?;
        let folder = Path::from(format!("{STAGES}/{pipeline}/{}", Uuid::new_v4().simple()));
        let lake = self.layered(folder.as_ref());
        Ok(Stage { base: self.clone(), lake, pipeline: pipeline.to_owned(), folder })
    }

    /// Finishes what processes that died while publishing have left, and says of which runs.
    pub async fn finish_publications(&self) -> Result<Vec<String>> {
        let mut finished = vec![];
        for (path, journal) in self.journals().await? {
            self.complete(&path, &journal).await?;
            finished.push(journal.run_id);
        }
        Ok(finished)
    }

    /// The version that readers see of a table that is being published: `Some(None)` if it was not
    /// there; `None` if nobody is publishing it.
    pub(crate) async fn before_publication(&self, name: &TableName) -> Result<Option<Option<u64>>> {
        let name = name.to_string();
        let journals = self.journals().await?;
        let first = journals.iter().find_map(|(_, journal)| journal.tables.get(&name)?.first());
        Ok(first.map(|first| first.checked_sub(1)))
    }

    /// Whether a file of the registry is part of a publication that is not complete.
    pub(crate) async fn unpublished_objects(&self) -> Result<Vec<String>> {
        let journals = self.journals().await?;
        Ok(journals.into_iter().flat_map(|(_, journal)| journal.objects).collect())
    }

    async fn journals(&self) -> Result<Vec<(Path, Journal)>> {
        let store = &self.store().lake;
        let files: Vec<_> = store.list(Some(&Path::from(JOURNALS))).try_collect().await?;
        let mut journals = vec![];
        for path in files.into_iter().map(|file| file.location) {
            let body = match store.get(&path).await {
                Ok(found) => found.bytes().await?,
                // It was completed since the listing.
                Err(object_store::Error::NotFound { .. }) => continue,
                Err(e) => return Err(e.into()),
            };
            let journal = serde_json::from_slice(&body)
                .map_err(|e| Error::storage(format!("publication '{path}' is damaged: {e}")))?;
            journals.push((path, journal));
        }
        Ok(journals)
    }

    /// Does what a journal says, as far as it is not done.
    async fn complete(&self, path: &Path, journal: &Journal) -> Result<()> {
        let store = &self.store().lake;
        let staged = |file: &str| Path::from(format!("{}/{file}", journal.stage));
        let read = |path: Path| async move {
            match store.get(&path).await {
                Ok(found) => Ok(Some(found.bytes().await?)),
                // Another process has completed it.
                Err(object_store::Error::NotFound { .. }) => Ok(None),
                Err(e) => Err(Error::from(e)),
            }
        };
        for (table, versions) in &journal.tables {
            let name: TableName = table.parse()?;
            let mut next = versions.first().copied().unwrap_or_default();
            for version in versions {
                let entry = format!("{}/_delta_log/{version:020}.json", name.folder());
                let Some(body) = read(staged(&entry)).await? else { continue };
                next = self.put_commit(&name, next, &body).await? + 1;
            }
            if let Some(last) = next.checked_sub(1) {
                self.committed(&name, last).await;
            }
        }
        for object in &journal.objects {
            let Some(body) = read(staged(object)).await? else { continue };
            store.put(&Path::from(object.as_str()), body.into()).await?;
        }
        // The journal goes last: a stage without one is a run's that was not published.
        self.remove_folder(&Path::from(journal.stage.as_str())).await?;
        match store.delete(path).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(e) => Err(e.into()),
        }
    }

    /// Puts a staged commit into the log, at `version` or, if others were faster, behind theirs.
    async fn put_commit(&self, name: &TableName, mut version: u64, body: &[u8]) -> Result<u64> {
        let log = self.store().log(name)?;
        let mut body = String::from_utf8_lossy(body).into_owned();
        let id = id_of(&body).ok_or_else(|| {
            Error::storage(format!("table '{name}': a staged commit has no transaction id"))
        })?;
        let commit = Commit { table: name, log: &log, id: &id };
        loop {
            match commit.put(version, body.clone().into()).await? {
                Attempt::Committed(version) => return Ok(version),
                Attempt::Taken => {
                    let latest = self.newest(name).await?.ok_or_else(|| {
                        Error::conflict(format!("table '{name}': was dropped while published"))
                    })?;
                    let files: Vec<String> =
                        latest.files().iter().map(|file| file.path.clone()).collect();
                    body = on_top(&body, &files);
                    version = latest.version() + 1;
                }
            }
        }
    }

    /// Removes what a layer over this lake keeps.
    pub async fn drop_layer(&self, layer: &Self) -> Result<()> {
        match &layer.store().layer {
            Some(folder) => self.remove_folder(folder).await,
            None => Ok(()),
        }
    }

    pub(crate) async fn remove_folder(&self, folder: &Path) -> Result<()> {
        let store = &self.store().lake;
        let files = store.list(Some(folder)).map_ok(|file| file.location).boxed();
        let mut deleted = store.delete_stream(files);
        while let Some(done) = deleted.next().await {
            match done {
                Ok(_) | Err(object_store::Error::NotFound { .. }) => {}
                Err(e) => return Err(e.into()),
            }
        }
        Ok(())
    }
}

impl Stage {
    /// The lake with what is staged.
    pub fn lake(&self) -> &Lake {
        &self.lake
    }

    /// What others have changed under the stage since it began, in words; `None` if nothing.
    pub async fn conflict(&self) -> Result<Option<String>> {
        let (tables, objects) = self.content().await?;
        for (name, versions) in &tables {
            let before = versions.first().and_then(|first| first.checked_sub(1));
            let newest = self.base.newest(name).await?.map(|table| table.version());
            if newest != before {
                let shown = |version: Option<u64>| match version {
                    Some(version) => format!("version {version}"),
                    None => "not there".to_owned(),
                };
                let text = format!(
                    "table '{name}' was {} when the run wrote it, and is {} now",
                    shown(before),
                    shown(newest)
                );
                return Ok(Some(text));
            }
        }
        for object in objects.iter().filter(|object| object.starts_with("ops/models/")) {
            if self.base.store().lake.head(&Path::from(object.as_str())).await.is_ok() {
                return Ok(Some(format!("'{object}' was stored by another run")));
            }
        }
        Ok(None)
    }

    /// Shows everything that is staged, at once. Gives the tables' versions.
    ///
    /// # Errors
    ///
    /// A conflict if others have changed what the run wrote: nothing was published then.
    pub async fn publish(&self, run_id: &str) -> Result<BTreeMap<TableName, u64>> {
        if let Some(conflict) = self.conflict().await? {
            return Err(Error::conflict(format!(
                "pipeline '{}': nothing was published, because {conflict}; run it again",
                self.pipeline
            )));
        }
        let (tables, objects) = self.content().await?;
        let last = tables.iter().filter_map(|(name, v)| Some((name.clone(), *v.last()?)));
        let versions: BTreeMap<TableName, u64> = last.collect();
        let named = tables.into_iter().map(|(name, versions)| (name.to_string(), versions));
        let journal = Journal {
            run_id: run_id.to_owned(),
            stage: self.folder.to_string(),
            tables: named.collect(),
            objects,
        };
        let path = Path::from(format!("{JOURNALS}/{}.json", self.pipeline));
        let body = serde_json::to_vec_pretty(&journal)
            .map_err(|e| Error::storage(format!("publication: {e}")))?;
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        match self.base.store().lake.put_opts(&path, body.into(), options).await {
            // Our own put may have arrived and only its answer been lost.
            Ok(_) | Err(object_store::Error::AlreadyExists { .. }) => {}
            Err(e) => return Err(e.into()),
        }
        self.base.finish_publications().await?;
        Ok(versions)
    }

    /// Forgets what is staged, with the data files that only it names.
    pub async fn discard(&self) -> Result<()> {
        let (tables, _) = self.content().await?;
        for (name, versions) in tables {
            let store = self.base.store().table(&name);
            let log = self.lake.store().log(&name)?;
            let newest = self.base.newest(&name).await?;
            let files = newest.iter().flat_map(|table| table.files().iter());
            let published: HashSet<String> = files.map(|file| file.path.clone()).collect();
            for version in versions {
                let Some(body) = log.read_commit_entry(version).await? else { continue };
                let body = String::from_utf8_lossy(&body).into_owned();
                let added = actions(&body).filter_map(|action| added(&action));
                for file in added.filter(|file| !published.contains(file)) {
                    // VACUUM finds what stays.
                    let _ = store.delete(&Path::from(file)).await;
                }
            }
        }
        self.base.remove_folder(&self.folder).await
    }

    /// The staged versions by table, and the other files.
    async fn content(&self) -> Result<(BTreeMap<TableName, Vec<u64>>, Vec<String>)> {
        let store = &self.base.store().lake;
        let files: Vec<_> = store.list(Some(&self.folder)).try_collect().await?;
        let mut tables: BTreeMap<TableName, Vec<u64>> = BTreeMap::new();
        let mut objects = vec![];
        for file in files {
            let Some(path) = file.location.as_ref().strip_prefix(self.folder.as_ref()) else {
                continue;
            };
            let path = path.trim_start_matches('/');
            let parts: Vec<&str> = path.split('/').collect();
            match parts.as_slice() {
                [schema, table, "_delta_log", _] => {
                    // Checkpoints are written anew, over the real log.
                    let name = TableName::new(*schema, *table)?;
                    tables.entry(name).or_default().extend(commit_version(&file.location));
                }
                _ => objects.push(path.to_owned()),
            }
        }
        tables.values_mut().for_each(|versions| versions.sort_unstable());
        tables.retain(|_, versions| !versions.is_empty());
        objects.sort();
        Ok((tables, objects))
    }
}

fn actions(body: &str) -> impl Iterator<Item = Value> + '_ {
    body.lines().filter_map(|line| serde_json::from_str(line).ok())
}

fn added(action: &Value) -> Option<String> {
    action["add"]["path"].as_str().map(ToOwned::to_owned)
}

/// The id that a commit carries.
fn id_of(body: &str) -> Option<CommitId> {
    actions(body).find_map(|action| {
        let id = action["txn"]["appId"].as_str()?;
        Some(CommitId::new(id, action["txn"]["version"].as_i64()?))
    })
}

/// A commit that was made for one version, put on top of a later one: what replaces a table replaces
/// all that is there now; appended rows may revise others, which is no longer ruled out.
fn on_top(body: &str, files: &[String]) -> String {
    let replaces = actions(body).any(|action| action["remove"].is_object());
    let now = chrono::Utc::now().timestamp_millis();
    let mut lines = vec![];
    for mut action in actions(body) {
        if action["remove"].is_object() {
            continue;
        }
        if let Some(tags) = action.pointer_mut("/add/tags").and_then(Value::as_object_mut) {
            tags.remove(FIRST_REVISIONS);
        }
        lines.push(action.to_string());
    }
    if replaces {
        let removed = files.iter().map(
            |path| json!({"remove": {"path": path, "deletionTimestamp": now, "dataChange": true}}),
        );
        lines.extend(removed.map(|action| action.to_string()));
    }
    lines.join("\n") + "\n"
}
