//! Where a lake lives: a local folder, an S3 bucket, or any object store given by hand.

use std::path::{Path as FsPath, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use datafusion::execution::object_store::ObjectStoreUrl;
use deltalake_core::logstore::{LogStoreRef, StorageConfig, default_logstore};
use object_store::aws::{AmazonS3Builder, S3ConditionalPut};
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ObjectStore, RetryConfig};
use sha2::{Digest, Sha256};
use url::Url;
use uuid::Uuid;

use crate::digest::hex;
use crate::durable::DurableFiles;
use crate::layer::Layer;
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
    /// Where the lake begins in `root`.
    prefix: Path,
    /// The folder of the layer on top, if there is one.
    pub layer: Option<Path>,
    /// The address under which scans find `lake`.
    pub scan_url: ObjectStoreUrl,
    /// Whether other machines may share it, so that conditional writes must be probed.
    pub shared: bool,
    /// The folder on this machine, which may not be there before the first write.
    folder: Option<PathBuf>,
}

impl Store {
    /// Opens a folder, which need not exist before the first write, or `s3://bucket/prefix`.
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
        let lake = below(&root, &prefix);
        Ok(Self { url, root, lake, prefix, layer: None, scan_url, shared, folder: None })
    }

    /// The same store under a layer that keeps its own in `folder`, relative to the lake.
    pub fn layered(&self, folder: &str) -> Self {
        let layer = Some(Path::from(folder));
        let root = Layer::new(Arc::clone(&self.root), self.prefix.clone(), folder);
        let root: Arc<dyn ObjectStore> = Arc::new(root);
        let lake = below(&root, &self.prefix);
        Self { root, lake, layer, ..self.clone() }
    }

    fn open_folder(folder: &FsPath) -> Result<Self> {
        let absolute = std::path::absolute(folder).and_then(|path| resolved(&path));
        let path = absolute.map_err(|e| not_writable(folder, &e))?;
        let url = Url::from_directory_path(&path).map_err(|()| {
            Error::usage(format!("lake: '{}' is not an absolute folder", folder.display()))
        })?;
        let store = Self::with_root(Arc::new(DurableFiles::default()), url, false)?;
        Ok(Self { folder: Some(path), ..store })
    }

    /// Before the first write to a folder: creates it and shows that it can be written.
    pub fn prepare_folder(&self) -> Result<()> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let prepare = || {
            std::fs::create_dir_all(folder)?;
            // Permission bits lie (root, read-only mounts): only a write shows that one can write.
            let probe = folder.join(format!(".write-test-{}", Uuid::new_v4().simple()));
            std::fs::write(&probe, b"x")?;
            std::fs::remove_file(&probe)
        };
        prepare().map_err(|e| not_writable(folder, &e))
    }

    /// The log reader insists that a local table's folder is there, also while its log is in a layer.
    pub fn prepare_table(&self, name: &TableName) -> Result<()> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let folder = folder.join(name.folder());
        std::fs::create_dir_all(&folder).map_err(|e| not_writable(&folder, &e))
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

fn below(root: &Arc<dyn ObjectStore>, prefix: &Path) -> Arc<dyn ObjectStore> {
    Arc::new(PrefixStore::new(Arc::clone(root), prefix.clone()))
}

/// Enough for a hiccup; an endpoint that is down is reported within a quarter of a minute.
fn retries() -> RetryConfig {
    let mut retries = RetryConfig { max_retries: 6, ..RetryConfig::default() };
    retries.retry_timeout = Duration::from_secs(30);
    retries.backoff.max_backoff = Duration::from_secs(4);
    retries
}

/// The folder without links, as far as it exists.
fn resolved(folder: &FsPath) -> std::io::Result<PathBuf> {
    use std::io::ErrorKind;
    match (folder.canonicalize(), folder.parent(), folder.file_name()) {
        (Ok(found), ..) if found.is_dir() => Ok(found),
        (Ok(_), ..) => Err(ErrorKind::NotADirectory.into()),
        (Err(e), Some(above), Some(name)) if e.kind() == ErrorKind::NotFound => {
            Ok(resolved(above)?.join(name))
        }
        (Err(e), ..) => Err(e),
    }
}

fn not_writable(folder: &FsPath, e: &std::io::Error) -> Error {
    let shown = folder.display();
    if let Some(full) = Error::disk_full(&e.to_string()) {
        return full;
    }
    Error::storage(format!(
        "lake: cannot write the folder '{shown}': {e}; choose another with --lake or create it with write permission"
    ))
}

fn unknown_uri(uri: &str) -> Error {
    let scheme = uri.split_once("://").map_or(uri, |(scheme, _)| scheme);
    Error::usage(format!(
        "lake: unknown kind of address '{scheme}', expected a folder or s3://bucket/prefix"
    ))
}
