//! The model registry: every version of every model is one JSON file that is never changed.

use chrono::{DateTime, Utc};
use futures::TryStreamExt as _;
use object_store::path::Path;
use object_store::{ObjectStore as _, ObjectStoreExt as _, PutMode, PutOptions};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::definition::did_you_mean;
use crate::lake::Lake;
use crate::name::check_part;
use crate::{Error, Result};

const MAX_LOST_RACES: usize = 100;

/// A version of a model as stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredModel {
    /// Name given in `CREATE MODEL`.
    pub name: String,
    /// 1, 2, 3, …
    pub version: u64,
    /// When it was stored.
    pub created_at: DateTime<Utc>,
    /// What the engine keeps: type, options, coefficients or trees, folds, metrics.
    pub body: Value,
}

/// A line of the registry's listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelEntry {
    /// Name given in `CREATE MODEL`.
    pub name: String,
    /// The newest version.
    pub latest: u64,
    /// How many versions there are.
    pub versions: usize,
}

/// The lake's model registry.
#[derive(Debug, Clone)]
pub struct Models {
    lake: Lake,
}

impl Lake {
    /// The model registry.
    pub fn models(&self) -> Models {
        Models { lake: self.clone() }
    }
}

impl Models {
    /// Stores a body as the model's next version, and gives it back. A body equal to the latest
    /// version's is not stored again.
    pub async fn save(&self, name: &str, body: Value) -> Result<StoredModel> {
        check_part("model", name)?;
        self.lake.check_store().await?;
        for _ in 0..MAX_LOST_RACES {
            let latest = self.versions(name).await?.last().copied();
            if let Some(version) = latest {
                let stored = self.load(name, Some(version)).await?;
                if stored.body == body {
                    return Ok(stored);
                }
            }
            let version = latest.unwrap_or(0) + 1;
            let created_at = Utc::now();
            let model = StoredModel { name: name.into(), version, created_at, body: body.clone() };
            let text = serde_json::to_vec(&model)
                .map_err(|e| Error::storage(format!("model '{name}': {e}")))?;
            let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
            let path = file(name, version);
            match self.lake.store().lake.put_opts(&path, text.into(), options).await {
                Ok(_) => return Ok(model),
                // Another writer, or our own put whose answer was lost: the next look decides.
                Err(object_store::Error::AlreadyExists { .. }) => {}
                Err(e) => return Err(e.into()),
            }
        }
        Err(Error::conflict(format!(
            "model '{name}': {MAX_LOST_RACES} other versions were stored first; repeat the statement"
        )))
    }

    /// A version of a model, the latest if none is named.
    pub async fn load(&self, name: &str, version: Option<u64>) -> Result<StoredModel> {
        check_part("model", name)?;
        let versions = self.versions(name).await?;
        let Some(latest) = versions.last().copied() else {
            let known = self.list().await?;
            let hint = did_you_mean(name, known.iter().map(|m| m.name.as_str()));
            return Err(Error::not_found(format!("model '{name}': does not exist{hint}")));
        };
        let version = version.unwrap_or(latest);
        let body = match self.lake.store().lake.get(&file(name, version)).await {
            Ok(found) => found.bytes().await?,
            Err(object_store::Error::NotFound { .. }) => {
                return Err(Error::not_found(format!(
                    "model '{name}': version was {version}, expected one of {versions:?}"
                )));
            }
            Err(e) => return Err(e.into()),
        };
        serde_json::from_slice(&body).map_err(|e| {
            Error::storage(format!(
                "model '{name}': version {version} is damaged ({e}); create the model again"
            ))
        })
    }

    /// All models, by name.
    pub async fn list(&self) -> Result<Vec<ModelEntry>> {
        let root = Path::from("ops/models");
        let folders = self.lake.store().lake.list_with_delimiter(Some(&root)).await?;
        let mut entries = vec![];
        for folder in folders.common_prefixes {
            let Some(name) = folder.filename() else { continue };
            let versions = self.versions(name).await?;
            if let Some(latest) = versions.last() {
                let (name, latest) = (name.to_owned(), *latest);
                entries.push(ModelEntry { name, latest, versions: versions.len() });
            }
        }
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    }

    /// Removes all versions. `false` if there was none.
    pub async fn drop_model(&self, name: &str) -> Result<bool> {
        check_part("model", name)?;
        let versions = self.versions(name).await?;
        // Newest first: an interruption leaves an older version, not a gap.
        for version in versions.iter().rev() {
            self.lake.store().lake.delete(&file(name, *version)).await?;
        }
        Ok(!versions.is_empty())
    }

    /// Versions in ascending order.
    async fn versions(&self, name: &str) -> Result<Vec<u64>> {
        let folder = Path::from(format!("ops/models/{name}"));
        let files: Vec<_> = self.lake.store().lake.list(Some(&folder)).try_collect().await?;
        let number = |path: &Path| path.filename()?.strip_suffix(".json")?.parse::<u64>().ok();
        let mut versions: Vec<u64> = files.iter().filter_map(|f| number(&f.location)).collect();
        if let Some(newest) = versions.iter().max() {
            // One that is being published is not there yet, and neither is the rest of its run.
            let newest = file(name, *newest).to_string();
            if self.lake.unpublished_objects().await?.contains(&newest) {
                versions.retain(|version| file(name, *version).as_ref() != newest);
            }
        }
        if let Some(pin) = self.lake.pin(&format!("models.{name}")) {
            versions.retain(|version| *version <= pin);
        }
        versions.sort_unstable();
        Ok(versions)
    }
}

fn file(name: &str, version: u64) -> Path {
    Path::from(format!("ops/models/{name}/{version}.json"))
}
