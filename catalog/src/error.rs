//! What can go wrong in the lake, and whose turn it is to act.

use std::fmt;

use datafusion::error::DataFusionError;
use deltalake_core::DeltaTableError;
use deltalake_core::kernel::Error as KernelError;
use object_store::Error as StoreError;

/// Result with the catalog's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Whose turn it is to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The request is wrong: a name, a definition, a column.
    Usage,
    /// A row breaks a rule of its table. Nothing was written.
    Data,
    /// The query that feeds a write failed. Nothing was written.
    Input,
    /// The table, version or model does not exist.
    NotFound,
    /// The store cannot be reached, read or written.
    Storage,
    /// Another writer kept winning, or holds a lock.
    Conflict,
    /// Out of memory or disk.
    Resources,
}

/// An error that names its subject and the remedy, without secrets.
#[derive(Debug, Clone)]
pub struct Error {
    /// Whose turn it is to act.
    pub kind: ErrorKind,
    /// `subject: problem, …; remedy`, lower-case.
    pub message: String,
}

impl Error {
    /// An error of the given kind.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    /// A wrong request.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage, message)
    }

    /// A row that breaks a rule.
    pub fn data(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Data, message)
    }

    /// A store that does not answer as it should.
    pub fn storage(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Storage, message)
    }

    /// Something that does not exist.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::NotFound, message)
    }

    /// A full disk, if that is what the text of an error says: the cause travels through too many
    /// crates for its type to arrive.
    pub fn disk_full(text: &str) -> Option<Self> {
        // No space left on device, file too large (a limit of the process), quota exceeded.
        let codes = ["(os error 28)", "(os error 27)", "(os error 122)"];
        codes.iter().any(|code| text.contains(code)).then(|| {
            let message = format!(
                "disk: {}; nothing was committed: free space or raise the limit, then repeat the statement",
                one_line(text)
            );
            Self::new(ErrorKind::Resources, message)
        })
    }

    /// A Parquet file whose bytes are not what was written.
    pub fn damaged_file(text: &str) -> Self {
        let text = text.trim_start_matches("Parquet error: ");
        Self::storage(format!(
            "file: {}; repeat the statement in case only the answer was damaged, else restore the file from a copy",
            one_line(text)
        ))
    }

    /// A lost race.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Conflict, message)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        if let Some(full) = Error::disk_full(&error.to_string()) {
            return full;
        }
        Self::storage(match &error {
            StoreError::NotFound { path, .. } => format!(
                "store: '{path}' does not exist; if the lake was copied or cleaned by hand, restore the file"
            ),
            StoreError::PermissionDenied { path, .. }
            | StoreError::Unauthenticated { path, .. } => {
                format!("store: no permission for '{path}'; check the credentials and the rights")
            }
            other => {
                let text = other.to_string();
                let text = one_line(&text);
                // Some requests say so in the status alone.
                let refused = ["401 Unauthorized", "403 Forbidden"];
                let remedy = match refused.iter().any(|status| text.contains(status)) {
                    true => "check the credentials and the rights",
                    false => "check that the store is reachable and writable",
                };
                format!("store: {text}; {remedy}")
            }
        })
    }
}

impl From<DeltaTableError> for Error {
    fn from(error: DeltaTableError) -> Self {
        match error {
            DeltaTableError::ObjectStore { source } => source.into(),
            other => Error::disk_full(&other.to_string()).unwrap_or_else(|| {
                Self::storage(format!(
                    "delta log: {}; check that the store is reachable and the table folder is complete",
                    one_line(&other.to_string())
                ))
            }),
        }
    }
}

impl From<KernelError> for Error {
    fn from(error: KernelError) -> Self {
        DeltaTableError::from(error).into()
    }
}

impl From<DataFusionError> for Error {
    fn from(error: DataFusionError) -> Self {
        let error = match find_own(&error) {
            Some(own) => return own.clone(),
            None => error,
        };
        if let Some(full) = Error::disk_full(&error.to_string()) {
            return full;
        }
        match error.find_root() {
            DataFusionError::ResourcesExhausted(what) => {
                Self::new(ErrorKind::Resources, format!("memory: {what}; raise the memory limit"))
            }
            DataFusionError::ObjectStore(source) => Self::storage(format!(
                "store: {}; check that the store is reachable",
                one_line(&source.to_string())
            )),
            DataFusionError::ParquetError(damage) => Self::damaged_file(&damage.to_string()),
            _ => Self::new(ErrorKind::Input, error.strip_backtrace()),
        }
    }
}

impl From<Error> for DataFusionError {
    fn from(error: Error) -> Self {
        Self::External(Box::new(error))
    }
}

/// Our own error, if it travelled through a stream or a plan.
fn find_own(error: &DataFusionError) -> Option<&Error> {
    let mut source: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(inner) = source {
        if let Some(own) = inner.downcast_ref::<Error>() {
            return Some(own);
        }
        source = match inner.downcast_ref::<DataFusionError>() {
            Some(DataFusionError::External(boxed)) => Some(boxed.as_ref()),
            Some(DataFusionError::Shared(shared)) => Some(shared.as_ref()),
            Some(DataFusionError::Context(_, boxed)) => Some(boxed.as_ref()),
            _ => inner.source(),
        };
    }
    None
}

/// Store errors carry multi-line debug dumps; the first line says what happened.
fn one_line(text: &str) -> &str {
    let line = text.lines().next().unwrap_or(text);
    let line = line.split_once("<?xml").map_or(line, |(before, _)| before);
    line.trim_end_matches([':', ' ', '.'])
}
