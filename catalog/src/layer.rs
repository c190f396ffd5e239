//! A lake beside the lake: the same files, with logs of its own.
//!
//! What a run writes before it is published, and what an environment holds, are table logs and
//! registry files kept in a folder of their own. Everything else is read from, and data files are
//! written to, the store below. A table is forked at its first commit in the layer: from there on the
//! log below is not seen, whatever is committed to it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use futures::stream::BoxStream;
use futures::{StreamExt as _, TryStreamExt as _};
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, ObjectStoreExt as _, PutMode, PutMultipartOptions, PutOptions, PutPayload,
    PutResult, Result,
};

/// Tables that count what was done and tried wherever it was: they are in no layer.
pub(crate) const LEDGERS: [&str; 3] = ["runs", "steps", "trials"];
/// Folders of `ops` that hold files instead of a table.
const REGISTRIES: [&str; 5] = ["models", "pipelines", "publications", "stages", "locks"];
const LOG: &str = "_delta_log";

/// A store with a layer on top.
#[derive(Debug, Clone)]
pub(crate) struct Layer {
    below: Arc<dyn ObjectStore>,
    /// Where the lake begins in the store below.
    lake: Path,
    /// Where the layer's own files are.
    folder: Path,
}

impl Layer {
    /// `folder` is relative to the lake.
    pub fn new(below: Arc<dyn ObjectStore>, lake: Path, folder: &str) -> Self {
        let folder = joined(&lake, folder);
        Self { below, lake, folder }
    }

    /// Where the layer keeps a file, if it keeps such files.
    fn own(&self, location: &Path) -> Option<Path> {
        let relative = relative(&self.lake, location)?;
        let parts: Vec<&str> = relative.split('/').collect();
        let kept = match parts.as_slice() {
            ["ops", table, ..] if LEDGERS.contains(table) => false,
            ["ops", folder, ..] if REGISTRIES.contains(folder) => true,
            [_, _, LOG, ..] => true,
            _ => false,
        };
        kept.then(|| joined(&self.folder, relative))
    }

    /// The version at which the layer's log of a table begins, if `location` is in such a log.
    async fn fork(&self, location: &Path) -> Result<Option<u64>> {
        let Some(log) = log_folder(&self.lake, location) else { return Ok(None) };
        let entries = self.below.list(Some(&joined(&self.folder, &log)));
        let entries: Vec<ObjectMeta> = entries.try_collect().await?;
        Ok(entries.iter().filter_map(|entry| commit_version(&entry.location)).min())
    }

    /// Whether a file below is one that the layer does not see.
    async fn hides(&self, location: &Path) -> Result<bool> {
        Ok(self.fork(location).await?.is_some_and(|fork| is_after(location, fork)))
    }

    /// Both lists as one, in order of names.
    async fn merged(self, prefix: Option<Path>, offset: Option<Path>) -> Result<Vec<ObjectMeta>> {
        let below = match &offset {
            Some(offset) => self.below.list_with_offset(prefix.as_ref(), offset),
            None => self.below.list(prefix.as_ref()),
        };
        let below: Vec<ObjectMeta> = below.try_collect().await?;
        let at = prefix.as_ref().and_then(|prefix| relative(&self.lake, prefix));
        let own = match at {
            Some(at) => joined(&self.folder, at),
            None if prefix.is_none() || prefix.as_ref() == Some(&self.lake) => self.folder.clone(),
            None => return Ok(below),
        };
        let own: Vec<ObjectMeta> = self.below.list(Some(&own)).try_collect().await?;
        let own = own.into_iter().filter_map(|meta| {
            let location = joined(&self.lake, relative(&self.folder, &meta.location)?);
            Some(ObjectMeta { location, ..meta })
        });
        let own: Vec<ObjectMeta> = own.collect();
        let mut forks: BTreeMap<String, u64> = BTreeMap::new();
        for meta in &own {
            if let (Some(log), Some(version)) =
                (log_folder(&self.lake, &meta.location), commit_version(&meta.location))
            {
                let fork = forks.entry(log).or_insert(version);
                *fork = version.min(*fork);
            }
        }
        let seen = below.into_iter().filter(|meta| {
            let in_layer = relative(&self.folder, &meta.location).is_some();
            let log = log_folder(&self.lake, &meta.location);
            let fork = log.and_then(|log| forks.get(&log));
            !in_layer && !fork.is_some_and(|fork| is_after(&meta.location, *fork))
        });
        let mut all: BTreeMap<Path, ObjectMeta> =
            seen.map(|meta| (meta.location.clone(), meta)).collect();
        let after = |meta: &ObjectMeta| offset.as_ref().is_none_or(|o| meta.location > *o);
        all.extend(own.into_iter().filter(after).map(|meta| (meta.location.clone(), meta)));
        Ok(all.into_values().collect())
    }

    fn list_merged(
        &self,
        prefix: Option<&Path>,
        offset: Option<&Path>,
    ) -> BoxStream<'static, Result<ObjectMeta>> {
        let merged = self.clone().merged(prefix.cloned(), offset.cloned());
        futures::stream::once(merged)
            .map_ok(|list| futures::stream::iter(list.into_iter().map(Ok)))
            .try_flatten()
            .boxed()
    }

    async fn delete_one(self, location: Path) -> Result<Path> {
        let Some(own) = self.own(&location) else {
            self.below.delete(&location).await?;
            return Ok(location);
        };
        match self.below.head(&own).await {
            Ok(_) => self.below.delete(&own).await?,
            Err(Error::NotFound { path, source }) => {
                // What is below is not the layer's to delete.
                if self.below.head(&location).await.is_ok() {
                    return Err(Error::NotSupported {
                        source: format!(
                            "'{location}' belongs to the lake below this layer; drop it there"
                        )
                        .into(),
                    });
                }
                return Err(Error::NotFound { path, source });
            }
            Err(e) => return Err(e),
        }
        Ok(location)
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} under {}", self.below, self.folder)
    }
}

#[async_trait]
impl ObjectStore for Layer {
    async fn put_opts(
        &self,
        location: &Path,
        body: PutPayload,
        options: PutOptions,
    ) -> Result<PutResult> {
        let Some(own) = self.own(location) else {
            return self.below.put_opts(location, body, options).await;
        };
        if options.mode == PutMode::Create && !self.hides(location).await? {
            match self.below.head(location).await {
                Err(Error::NotFound { .. }) => {}
                Err(e) => return Err(e),
                Ok(_) => {
                    let source = "it is in the store below".into();
                    return Err(Error::AlreadyExists { path: location.to_string(), source });
                }
            }
        }
        self.below.put_opts(&own, body, options).await
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        let location = self.own(location).unwrap_or_else(|| location.clone());
        self.below.put_multipart_opts(&location, options).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        let Some(own) = self.own(location) else {
            return self.below.get_opts(location, options).await;
        };
        match self.below.get_opts(&own, options.clone()).await {
            Err(Error::NotFound { path, source }) => {
                if self.hides(location).await? {
                    return Err(Error::NotFound { path, source });
                }
                self.below.get_opts(location, options).await
            }
            found => found.map(|found| {
                let meta = ObjectMeta { location: location.clone(), ..found.meta };
                GetResult { meta, ..found }
            }),
        }
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        let layer = self.clone();
        locations.and_then(move |location| layer.clone().delete_one(location)).boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.list_merged(prefix, None)
    }

    fn list_with_offset(
        &self,
        prefix: Option<&Path>,
        offset: &Path,
    ) -> BoxStream<'static, Result<ObjectMeta>> {
        self.list_merged(prefix, Some(offset))
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        let mut listed = self.below.list_with_delimiter(prefix).await?;
        let at = prefix.map_or(Some(""), |prefix| match prefix == &self.lake {
            true => Some(""),
            false => relative(&self.lake, prefix),
        });
        let Some(at) = at else { return Ok(listed) };
        let own = self.below.list_with_delimiter(Some(&joined(&self.folder, at))).await?;
        let renamed = |path: &Path| Some(joined(&self.lake, relative(&self.folder, path)?));
        listed.common_prefixes.extend(own.common_prefixes.iter().filter_map(renamed));
        listed.common_prefixes.sort();
        listed.common_prefixes.dedup();
        let own = own
            .objects
            .into_iter()
            .filter_map(|meta| Some(ObjectMeta { location: renamed(&meta.location)?, ..meta }));
        let mut objects: BTreeMap<Path, ObjectMeta> = BTreeMap::new();
        for meta in listed.objects {
            if !self.hides(&meta.location).await? {
                objects.insert(meta.location.clone(), meta);
            }
        }
        objects.extend(own.map(|meta| (meta.location.clone(), meta)));
        listed.objects = objects.into_values().collect();
        Ok(listed)
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        let from = self.own(from).unwrap_or_else(|| from.clone());
        let to = self.own(to).unwrap_or_else(|| to.clone());
        self.below.copy_opts(&from, &to, options).await
    }
}

/// `location` without `folder`, if it lies in it.
fn relative<'a>(folder: &Path, location: &'a Path) -> Option<&'a str> {
    let rest = location.as_ref().strip_prefix(folder.as_ref())?;
    match folder.as_ref() {
        "" => Some(rest),
        _ => rest.strip_prefix('/'),
    }
}

pub(crate) fn joined(folder: &Path, rest: &str) -> Path {
    let path = match (folder.as_ref(), rest) {
        (_, "") => return folder.clone(),
        ("", rest) => rest.to_owned(),
        (folder, rest) => format!("{folder}/{rest}"),
    };
    // Both are parts of paths already: `from` would escape once more what is escaped.
    Path::parse(&path).unwrap_or_else(|_| Path::from(path))
}

/// The log that a file belongs to, relative to the lake.
fn log_folder(lake: &Path, location: &Path) -> Option<String> {
    let relative = relative(lake, location)?;
    let mut parts = relative.split('/');
    let (schema, table, log) = (parts.next()?, parts.next()?, parts.next()?);
    (log == LOG).then(|| format!("{schema}/{table}/{LOG}"))
}

/// The version of a log entry.
pub(crate) fn commit_version(location: &Path) -> Option<u64> {
    location.filename()?.strip_suffix(".json")?.parse().ok()
}

/// Whether a file of a log tells of `fork` or a later version.
fn is_after(location: &Path, fork: u64) -> bool {
    let name = location.filename().unwrap_or_default();
    // `_last_checkpoint` and the like may name any version; the log is whole without them.
    let version = name.split('.').next().and_then(|number| number.parse::<u64>().ok());
    version.is_none_or(|version| version >= fork)
}

#[cfg(test)]
mod tests {
    use object_store::memory::InMemory;

    use super::*;

    fn log(version: u64) -> Path {
        Path::from(format!("lake/features/x/_delta_log/{version:020}.json"))
    }

    async fn put(store: &dyn ObjectStore, path: &Path, text: &str) -> Result<PutResult> {
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        store.put_opts(path, text.to_owned().into(), options).await
    }

    async fn text(store: &dyn ObjectStore, path: &Path) -> Option<String> {
        let found = store.get(path).await.ok()?.bytes().await.ok()?;
        Some(String::from_utf8_lossy(&found).into_owned())
    }

    #[tokio::test]
    async fn a_forked_log_hides_what_is_committed_below() {
        let below: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        let layer = Layer::new(Arc::clone(&below), Path::from("lake"), "ops/stages/night");
        for version in 0..2 {
            put(&below, &log(version), "below").await.unwrap();
        }
        let taken = put(&layer, &log(1), "mine").await;
        assert!(matches!(taken, Err(Error::AlreadyExists { .. })), "{taken:?}");
        put(&layer, &log(2), "mine").await.unwrap();
        for version in 2..4 {
            put(&below, &log(version), "below").await.unwrap();
        }
        let seen = [text(&layer, &log(1)).await, text(&layer, &log(2)).await];
        assert_eq!(seen.map(Option::unwrap), ["below", "mine"]);
        assert_eq!(text(&layer, &log(3)).await, None);
        assert_eq!(text(&below, &log(2)).await.unwrap(), "below");
        let folder = Path::from("lake/features/x/_delta_log");
        let names = |list: Vec<ObjectMeta>| -> Vec<Path> {
            list.into_iter().map(|meta| meta.location).collect()
        };
        let all: Vec<_> = layer.list(Some(&folder)).try_collect().await.unwrap();
        assert_eq!(names(all), [log(0), log(1), log(2)]);
        let late: Vec<_> =
            layer.list_with_offset(Some(&folder), &log(1)).try_collect().await.unwrap();
        assert_eq!(names(late), [log(2)]);
        // A commit goes on from the fork, not from below.
        put(&layer, &log(3), "mine").await.unwrap();
        assert_eq!(text(&layer, &log(3)).await.unwrap(), "mine");
    }

    #[tokio::test]
    async fn data_and_ledgers_are_below_and_tables_of_the_layer_are_listed() {
        let below: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        let layer = Layer::new(Arc::clone(&below), Path::from("lake"), "ops/environments/dev");
        let data = Path::from("lake/features/x/part.parquet");
        let runs = Path::from("lake/ops/runs/_delta_log/0.json");
        for path in [&data, &runs] {
            put(&layer, path, "there").await.unwrap();
            assert_eq!(text(&below, path).await.unwrap(), "there");
        }
        put(&layer, &Path::from("lake/labels/y/_delta_log/00.json"), "").await.unwrap();
        let schemas = layer.list_with_delimiter(Some(&Path::from("lake"))).await.unwrap();
        let schemas: Vec<_> = schemas.common_prefixes.iter().map(Path::as_ref).collect();
        assert_eq!(schemas, ["lake/features", "lake/labels", "lake/ops"]);
        let model = Path::from("lake/ops/models/ridge/1.json");
        put(&below, &model, "1").await.unwrap();
        let deleted = layer.delete(&model).await.unwrap_err();
        assert!(deleted.to_string().contains("drop it there"), "{deleted}");
    }
}
