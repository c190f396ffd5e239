//! Earlier versions of a table: `VERSION AS OF` and `TIMESTAMP AS OF`.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use deltalake_core::DeltaTable;
use futures::{StreamExt as _, TryStreamExt as _};
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore as _, ObjectStoreExt as _};

use crate::history::{History, file_name};
use crate::lake::Lake;
use crate::{Error, Result, Table, TableName};

const CONCURRENT_LOOKS: usize = 16;

impl Lake {
    /// The table as of a Delta version (`VERSION AS OF`).
    pub async fn table_at_version(&self, name: &TableName, version: u64) -> Result<Table> {
        let newest = self.existing_table(name).await?;
        if version > newest.version() {
            return Err(Error::not_found(format!(
                "table '{name}': version was {version}, expected 0 to {}",
                newest.version()
            )));
        }
        let table = self.at_version(name, version).await?;
        self.whole(&newest, table).await
    }

    /// A version of a table whose files are all there.
    pub(crate) async fn at_version(&self, name: &TableName, version: u64) -> Result<Table> {
        let mut delta = DeltaTable::new(self.store().log(name)?);
        delta.load_version(version).await.map_err(|e| {
            Error::not_found(format!(
                "table '{name}': version {version} can no longer be read: {e}"
            ))
        })?;
        self.described(name, delta)
    }

    /// The newest version committed at or before an instant (`TIMESTAMP AS OF`).
    pub async fn table_at_time(&self, name: &TableName, time: DateTime<Utc>) -> Result<Table> {
        let newest = self.existing_table(name).await?;
        if let Some(created) = self.birth(name).await?
            && created.last_modified > time
        {
            return Err(Error::not_found(format!(
                "table '{name}': did not exist at {time}, it was created at {}",
                created.last_modified
            )));
        }
        let mut delta = DeltaTable::new(self.store().log(name)?);
        delta.load_with_datetime(time).await?;
        self.whole(&newest, self.described(name, delta)?).await
    }

    /// The earlier version, unless a VACUUM has removed files of it.
    async fn whole(&self, newest: &Table, earlier: Table) -> Result<Table> {
        let store = &self.store().table(newest.name());
        let kept: HashSet<&str> = newest.files().iter().map(|f| f.path.as_str()).collect();
        let replaced = earlier.files().iter().filter(|f| !kept.contains(f.path.as_str()));
        let looks = replaced.map(|file| file.path.clone()).map(|path| async move {
            match store.head(&Path::parse(path).map_err(object_store::Error::from)?).await {
                Ok(_) => Ok(false),
                Err(object_store::Error::NotFound { .. }) => Ok(true),
                Err(e) => Err(Error::from(e)),
            }
        });
        let looks: Vec<_> = looks.collect();
        let mut gone = futures::stream::iter(looks).buffer_unordered(CONCURRENT_LOOKS);
        while let Some(gone) = gone.next().await {
            if gone? {
                return Err(self.vacuumed(newest, earlier.version()).await?);
            }
        }
        Ok(earlier)
    }

    /// The error that names the versions that can still be read.
    async fn vacuumed(&self, newest: &Table, version: u64) -> Result<Error> {
        let history = History::read(self, newest).await?;
        let name = newest.name();
        let files: Vec<ObjectMeta> = self.store().table(name).list(None).try_collect().await?;
        let files: HashSet<&str> = files.iter().filter_map(|f| f.location.filename()).collect();
        let readable = history.readable(|file| files.contains(file_name(file)));
        let oldest = readable.first().copied().unwrap_or_else(|| newest.version());
        Ok(Error::not_found(format!(
            "table '{name}': version {version} can no longer be read, VACUUM removed files of it; the oldest that can is version {oldest} (readable: {})",
            in_runs(&readable)
        )))
    }
}

/// `3, 5 to 9`.
fn in_runs(versions: &[u64]) -> String {
    let runs = versions.chunk_by(|a, b| a + 1 == *b).map(|run| match run {
        [first, .., last] => format!("{first} to {last}"),
        one => one.iter().map(u64::to_string).collect(),
    });
    runs.collect::<Vec<_>>().join(", ")
}
