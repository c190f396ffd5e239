//! Where a lake lives: a local folder, an S3 bucket, or any object store given by hand.

use std::path::Path as FsPath;
use std::sync::Arc;
use std::time::Duration;

use datafusion::execution::object_store::ObjectStoreUrl;
use deltalake_core::logstore::{LogStoreRef, StorageConfig, default_logstore};
use object_store::aws::{AmazonS3Builder, S3ConditionalPut};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ObjectStore, RetryConfig};
use sha2::{Digest, Sha256};
use url::Url;
use uuid::Uuid;

use crate::digest::hex;
use crate::{Error, Result, TableName};

/// A lake's store, seen from three sides.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    /// The lake's address, ending with a slash.
    pub url: Url,
    /// The whole store (disk or bucket); Delta's log reader wants this one.
    pub root: Arc<dyn ObjectStore>,
    /// The lake's own folder; nothing outside it can be reached through this.
    pub lake: Arc<dyn ObjectStore>,
    /// The address under which scans find `lake`.
    pub scan_url: ObjectStoreUrl,
    /// Whether other machines may share it, so that conditional writes must be probed.
    pub shared: bool,
}

impl Store {
    /// Opens a folder (created if missing) or `s3://bucket/prefix`.
    pub fn open(uri: &str) -> Result<Self> {
        match Url::parse(uri) {
            Ok(url) if url.scheme() == "s3" => Self::open_s3(url),
            Ok(url) if url.scheme() == "file" => match url.to_file_path() {
                Ok(folder) => Self::open_folder(&folder),
                Err(()) => Err(unknown_uri(uri)),
            },
            // One letter is a drive, and `C:\lake` is a folder.
            Ok(url) if url.scheme().len() > 1 => Err(unknown_uri(uri)),
            _ => Self::open_folder(FsPath::new(uri)),
        }
    }

    /// A lake on a store given by hand. `url` must end with a slash.
    pub fn with_root(root: Arc<dyn ObjectStore>, url: Url, shared: bool) -> Result<Self> {
        let prefix = Path::from_url_path(url.path())
            .map_err(|e| Error::usage(format!("lake: '{url}' is not a usable address: {e}")))?;
        let digest = Sha256::digest(url.as_str().as_bytes());
        let id = hex(&digest[..8]);
        let scan_url = ObjectStoreUrl::parse(format!("lake://{id}"))?;
        let lake: Arc<dyn ObjectStore> = Arc::new(PrefixStore::new(Arc::clone(&root), prefix));
        Ok(Self { url, root, lake, scan_url, shared })
    }

    fn open_folder(folder: &FsPath) -> Result<Self> {
        let shown = folder.display();
        let fail = |e: std::io::Error| {
            Error::storage(format!(
                "lake: cannot write the folder '{shown}': {e}; choose another with --lake or create it with write permission"
            ))
        };
        std::fs::create_dir_all(folder).map_err(fail)?;
        let folder = std::fs::canonicalize(folder).map_err(fail)?;
        // Permission bits lie (root, read-only mounts): only a write shows that one can write.
        let probe = folder.join(format!(".write-test-{}", Uuid::new_v4().simple()));
        std::fs::write(&probe, b"x").map_err(fail)?;
        std::fs::remove_file(&probe).map_err(fail)?;
        let url = Url::from_directory_path(&folder)
            .map_err(|()| Error::usage(format!("lake: '{shown}' is not an absolute folder")))?;
        Self::with_root(Arc::new(LocalFileSystem::new()), url, false)
    }

    fn open_s3(mut url: Url) -> Result<Self> {
        let bucket = url.host_str().unwrap_or_default().to_owned();
        let path = format!("{}/", url.path().trim_end_matches('/'));
        url.set_path(&path);
        let store = AmazonS3Builder::from_env()
            .with_bucket_name(&bucket)
            .with_conditional_put(S3ConditionalPut::ETagMatch)
            .with_retry(retries())
            .build()
            .map_err(|e| {
                Error::usage(format!(
                    "lake: cannot open bucket '{bucket}': {e}; set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and, for MinIO, AWS_ENDPOINT_URL and AWS_ALLOW_HTTP=true"
                ))
            })?;
        Self::with_root(Arc::new(store), url, true)
    }

    /// One cheap request that shows that the store answers and lets us in.
    pub async fn check_reachable(&self) -> Result<()> {
        match self.lake.list_with_delimiter(Some(&Path::from("ops"))).await {
            Ok(_) => Ok(()),
            Err(e) => {
                let reason = Error::from(e).message;
                Err(Error::storage(format!("lake '{}' cannot be reached: {reason}", self.url)))
            }
        }
    }

    /// The table's folder as a store.
    pub fn table(&self, name: &TableName) -> Arc<dyn ObjectStore> {
        Arc::new(PrefixStore::new(Arc::clone(&self.lake), Path::from(name.folder())))
    }

    /// The table's Delta log.
    pub fn log(&self, name: &TableName) -> Result<LogStoreRef> {
        let url = self
            .url
            .join(&format!("{}/", name.folder()))
            .map_err(|e| Error::usage(format!("table '{name}': {e}")))?;
        let config = StorageConfig::default();
        Ok(default_logstore(self.table(name), Arc::clone(&self.root), &url, &config))
    }
}

/// Enough for a hiccup; an endpoint that is down is reported within a quarter of a minute.
fn retries() -> RetryConfig {
    let mut retries = RetryConfig { max_retries: 6, ..RetryConfig::default() };
    retries.retry_timeout = Duration::from_secs(30);
    retries.backoff.max_backoff = Duration::from_secs(4);
    retries
}

fn unknown_uri(uri: &str) -> Error {
    let scheme = uri.split_once("://").map_or(uri, |(scheme, _)| scheme);
    Error::usage(format!(
        "lake: unknown kind of address '{scheme}', expected a folder or s3://bucket/prefix"
    ))
}
