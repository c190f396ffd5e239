//! An object store that misbehaves on demand.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use async_trait::async_trait;
use futures::StreamExt as _;
use futures::stream::BoxStream;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, PutMode, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Conditional creates overwrite, as on stores that ignore If-None-Match.
    IgnoresCreate,
    /// Nothing can be written.
    ReadOnly,
    /// The first commit of each kind is applied, and its answer lost.
    LosesAnswer,
    /// The commit is neither applied nor answered.
    LosesCommit,
    /// No space for anything.
    DiskFull,
    /// The last space went into the data files.
    DiskFullForCommits,
    /// The process is killed: after so many writes nothing happens any more.
    Dies,
}

#[derive(Debug)]
pub struct Faulty {
    pub inner: Arc<dyn ObjectStore>,
    pub fault: Fault,
    /// How many more commits go wrong.
    pub remaining: AtomicUsize,
}

impl Faulty {
    pub fn new(inner: Arc<dyn ObjectStore>, fault: Fault, times: usize) -> Arc<Self> {
        Arc::new(Self { inner, fault, remaining: AtomicUsize::new(times) })
    }

    /// Counts a write; whether it comes after the last one that happens.
    fn is_dead(&self) -> bool {
        self.remaining.fetch_update(SeqCst, SeqCst, |n| n.checked_sub(1)).is_err()
    }

    fn strikes(&self, path: &Path) -> bool {
        is_commit(path) && self.remaining.fetch_update(SeqCst, SeqCst, |n| n.checked_sub(1)).is_ok()
    }
}

fn is_commit(path: &Path) -> bool {
    path.as_ref().contains("_delta_log") && path.extension() == Some("json")
}

fn full() -> Error {
    Error::Generic { store: "faulty", source: std::io::Error::from_raw_os_error(28).into() }
}

fn failed(what: &str) -> Error {
    Error::Generic { store: "faulty", source: what.into() }
}

impl fmt::Display for Faulty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.fault)
    }
}

#[async_trait]
impl ObjectStore for Faulty {
    async fn put_opts(
        &self,
        path: &Path,
        body: PutPayload,
        mut options: PutOptions,
    ) -> Result<PutResult> {
        match self.fault {
            Fault::ReadOnly => {
                let source = "read-only file system".into();
                return Err(Error::PermissionDenied { path: path.to_string(), source });
            }
            Fault::DiskFull => return Err(full()),
            Fault::Dies if self.is_dead() => return Err(failed("killed")),
            Fault::DiskFullForCommits if is_commit(path) => return Err(full()),
            Fault::IgnoresCreate => options.mode = PutMode::Overwrite,
            Fault::LosesAnswer if self.strikes(path) => {
                self.inner.put_opts(path, body, options).await?;
                return Err(failed("connection reset by peer"));
            }
            Fault::LosesCommit if self.strikes(path) => {
                return Err(failed("connection reset by peer"));
            }
            _ => {}
        }
        self.inner.put_opts(path, body, options).await
    }

    async fn put_multipart_opts(
        &self,
        path: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        if self.fault == Fault::Dies && self.is_dead() {
            return Err(failed("killed"));
        }
        self.inner.put_multipart_opts(path, options).await
    }

    async fn get_opts(&self, path: &Path, options: GetOptions) -> Result<GetResult> {
        self.inner.get_opts(path, options).await
    }

    fn delete_stream(
        &self,
        paths: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        if self.fault == Fault::Dies && self.is_dead() {
            return futures::stream::once(async { Err(failed("killed")) }).boxed();
        }
        self.inner.delete_stream(paths)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, options).await
    }
}
