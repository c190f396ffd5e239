//! A local folder whose writes are on the disk before anybody can see them.
//!
//! `object_store` leaves it to the system when written bytes reach the disk: after a power failure a
//! log entry may be there and its content not. Here a file is written under a name of its own,
//! synced, then linked or renamed to its place, and the folder synced. What a killed process leaves
//! is a `.staged-…` file that nothing names and VACUUM removes.

use std::fmt;
use std::fs::File;
use std::io::{self, ErrorKind, Seek as _, SeekFrom, Write as _};
use std::path::{Path as FsPath, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use futures::FutureExt as _;
use futures::stream::BoxStream;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, PutMode, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
    UploadPart,
};
use uuid::Uuid;

/// How the names of unfinished files begin.
pub(crate) const STAGED: &str = ".staged-";

/// The disk, with writes that last.
#[derive(Debug, Default)]
pub(crate) struct DurableFiles(LocalFileSystem);

impl fmt::Display for DurableFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

#[async_trait]
impl ObjectStore for DurableFiles {
    async fn put_opts(
        &self,
        location: &Path,
        body: PutPayload,
        options: PutOptions,
    ) -> Result<PutResult> {
        let create = match options.mode {
            PutMode::Create => true,
            PutMode::Overwrite => false,
            // Nobody asks a folder for it; the error is the inner store's.
            PutMode::Update(_) => return self.0.put_opts(location, body, options).await,
        };
        let target = self.0.path_to_filesystem(location)?;
        on_disk(target, move |target| {
            let mut staged = Staged::new(target)?;
            body.iter().try_for_each(|bytes| staged.file.write_all(bytes))?;
            staged.publish(target, create)
        })
        .await?;
        Ok(PutResult { e_tag: None, version: None })
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        _: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        let target = self.0.path_to_filesystem(location)?;
        let path = target.clone();
        let staged = on_disk(path, Staged::new).await?;
        let staged = Arc::new(Mutex::new(Some(staged)));
        Ok(Box::new(Upload { staged, target, offset: 0 }))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.0.get_opts(location, options).await
    }

    async fn get_ranges(
        &self,
        location: &Path,
        ranges: &[std::ops::Range<u64>],
    ) -> Result<Vec<bytes::Bytes>> {
        self.0.get_ranges(location, ranges).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        self.0.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.0.list(prefix)
    }

    fn list_with_offset(
        &self,
        prefix: Option<&Path>,
        offset: &Path,
    ) -> BoxStream<'static, Result<ObjectMeta>> {
        self.0.list_with_offset(prefix, offset)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.0.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.0.copy_opts(from, to, options).await
    }
}

/// A file that has no name yet by which anybody would look for it; removed unless published.
#[derive(Debug)]
struct Staged {
    file: File,
    path: PathBuf,
}

impl Staged {
    fn new(target: &FsPath) -> io::Result<Self> {
        let folder = folder_of(target);
        create_folder(folder)?;
        let path = folder.join(format!("{STAGED}{}", Uuid::new_v4().simple()));
        Ok(Self { file: File::create_new(&path)?, path })
    }

    /// Gives the file its name: with `create` only if no other has it.
    fn publish(&self, target: &FsPath, create: bool) -> io::Result<()> {
        self.file.sync_all()?;
        match create {
            true => std::fs::hard_link(&self.path, target)?,
            false => std::fs::rename(&self.path, target)?,
        }
        sync_folder(folder_of(target))
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // After a rename there is nothing left to remove.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// A file that arrives in parts.
#[derive(Debug)]
struct Upload {
    staged: Arc<Mutex<Option<Staged>>>,
    target: PathBuf,
    offset: u64,
}

#[async_trait]
impl MultipartUpload for Upload {
    fn put_part(&mut self, body: PutPayload) -> UploadPart {
        let (staged, offset) = (Arc::clone(&self.staged), self.offset);
        self.offset += body.content_length() as u64;
        on_disk(self.target.clone(), move |_| {
            let mut staged = staged.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(Staged { file, .. }) = staged.as_mut() else { return Err(over()) };
            file.seek(SeekFrom::Start(offset))?;
            body.iter().try_for_each(|bytes| file.write_all(bytes))
        })
        .boxed()
    }

    async fn complete(&mut self) -> Result<PutResult> {
        let staged = self.staged.lock().unwrap_or_else(PoisonError::into_inner).take();
        on_disk(self.target.clone(), move |target| staged.ok_or_else(over)?.publish(target, false))
            .await?;
        Ok(PutResult { e_tag: None, version: None })
    }

    async fn abort(&mut self) -> Result<()> {
        drop(self.staged.lock().unwrap_or_else(PoisonError::into_inner).take());
        Ok(())
    }
}

fn over() -> io::Error {
    io::Error::other("the upload is over")
}

fn folder_of(target: &FsPath) -> &FsPath {
    target.parent().unwrap_or(target)
}

/// Creates a folder so that it is still there after a power failure.
fn create_folder(folder: &FsPath) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let above = folder_of(folder);
    create_folder(above)?;
    match std::fs::create_dir(folder) {
        Err(e) if e.kind() != ErrorKind::AlreadyExists || !folder.is_dir() => Err(e),
        _ => sync_folder(above),
    }
}

fn sync_folder(folder: &FsPath) -> io::Result<()> {
    // Elsewhere a folder cannot be opened, and renames are durable or beyond reach.
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Does blocking work with a file where it holds up nobody.
async fn on_disk<T: Send + 'static>(
    target: PathBuf,
    work: impl FnOnce(&FsPath) -> io::Result<T> + Send + 'static,
) -> Result<T> {
    let work = move || work(&target).map_err(|e| store_error(&target, e));
    tokio::task::spawn_blocking(work).await?
}

fn store_error(target: &FsPath, e: io::Error) -> Error {
    let path = target.display().to_string();
    let kind = e.kind();
    let source = Box::new(e);
    match kind {
        ErrorKind::AlreadyExists => Error::AlreadyExists { path, source },
        ErrorKind::NotFound => Error::NotFound { path, source },
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            Error::PermissionDenied { path, source }
        }
        _ => Error::Generic { store: "folder", source: format!("'{path}': {source}").into() },
    }
}
