//! The one error of the engine: what went wrong, where, and the exit code it ends a process with.

use std::fmt;

use datafusion::common::DataFusionError;

/// The result of the engine's functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, in words for the user, with the place in the SQL text where it is known.
#[derive(Debug, Clone)]
pub struct Error {
    /// The cause, which decides the exit code.
    pub kind: ErrorKind,
    /// One or more sentences: problem, value, remedy.
    pub message: String,
    /// Where in the text.
    pub place: Option<Place>,
}

/// Causes, numbered as the exit codes of the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The SQL is wrong or failed on the data.
    Sql = 1,
    /// Wrong use of the program: an option, a file, a configuration key.
    Usage = 2,
    /// An audit or assertion found bad rows.
    Audit = 3,
    /// The lake cannot be reached, read or written.
    Storage = 4,
    /// Somebody else wrote first, or holds the lock.
    Conflict = 5,
    /// Out of memory or disk.
    Resources = 6,
    /// The time limit passed.
    Timeout = 7,
    /// Ctrl-C.
    Interrupted = 130,
    /// A termination signal.
    Terminated = 143,
}

/// A place in a SQL text. Lines and columns count from one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The script, if the text came from one.
    pub file: Option<String>,
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
    /// The text of the line.
    pub source: String,
}

impl Error {
    /// An error of the given cause.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), place: None }
    }

    /// The SQL is wrong.
    pub fn sql(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Sql, message)
    }

    /// The program is used wrongly.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage, message)
    }

    /// The exit code of a process that ends with this error.
    pub fn exit_code(&self) -> u8 {
        self.kind as u8
    }

    /// Adds the place, unless one is known already.
    #[must_use]
    pub fn at(mut self, place: Option<Place>) -> Self {
        self.place = self.place.or(place);
        self
    }

    /// Fills in the line of a place that has only its numbers.
    #[must_use]
    pub fn in_text(mut self, text: &str) -> Self {
        if let Some(place) = self.place.take_if(|p| p.source.is_empty()) {
            self.place = Place::of(text, place.line, place.column);
        }
        self
    }

    /// Adds the script's name to the place.
    #[must_use]
    pub fn in_file(mut self, file: &str) -> Self {
        if let Some(place) = &mut self.place {
            place.file.get_or_insert_with(|| file.to_string());
        }
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.message)?;
        if let Some(Place { file, line, column, source }) = &self.place {
            let file = file.as_deref().unwrap_or("sql");
            let gutter = " ".repeat(line.to_string().len());
            let indent = " ".repeat(column.saturating_sub(1));
            write!(f, "\n{gutter}--> {file}:{line}:{column}")?;
            write!(f, "\n{gutter} |\n{line} | {source}\n{gutter} | {indent}^")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

impl Place {
    /// The place at `line` and `column` of `text`.
    pub fn of(text: &str, line: usize, column: usize) -> Option<Self> {
        let source = text.lines().nth(line.checked_sub(1)?)?.replace('\t', " ");
        Some(Self { file: None, line, column, source })
    }

    /// The place a message of the SQL parser names: `… at Line: 3, Column: 7`.
    pub fn in_message(message: &str, text: &str) -> Option<Self> {
        let (_, rest) = message.rsplit_once("Line: ")?;
        let (line, rest) = rest.split_once(", Column: ")?;
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        Self::of(text, line.parse().ok()?, rest[..digits].parse().ok()?)
    }
}

impl From<DataFusionError> for Error {
    fn from(e: DataFusionError) -> Self {
        if let Some(own) = find_own(&e) {
            return own;
        }
        if let Some(full) = trademl_catalog::Error::disk_full(&e.to_string()) {
            return full.into();
        }
        if let DataFusionError::ParquetError(damage) = e.find_root() {
            return trademl_catalog::Error::damaged_file(&damage.to_string()).into();
        }
        let kind = match e.find_root() {
            DataFusionError::ResourcesExhausted(_) => ErrorKind::Resources,
            DataFusionError::ObjectStore(_) | DataFusionError::IoError(_) => ErrorKind::Storage,
            _ => ErrorKind::Sql,
        };
        // The planner knows the token; whoever holds the text adds the line.
        let place = e.diagnostic().and_then(|d| d.span).map(|span| Place {
            file: None,
            line: span.start.line as usize,
            column: span.start.column as usize,
            source: String::new(),
        });
        Self { kind, message: plain_message(&e), place }
    }
}

impl From<Error> for DataFusionError {
    fn from(e: Error) -> Self {
        Self::External(Box::new(e))
    }
}

impl From<trademl_catalog::Error> for Error {
    fn from(e: trademl_catalog::Error) -> Self {
        use trademl_catalog::ErrorKind as Cause;
        let kind = match e.kind {
            Cause::Storage => ErrorKind::Storage,
            Cause::Conflict => ErrorKind::Conflict,
            Cause::Resources => ErrorKind::Resources,
            _ => ErrorKind::Sql,
        };
        Self::new(kind, e.message)
    }
}

/// Our own errors travel through DataFusion wrapped; this finds them again.
fn find_own(e: &DataFusionError) -> Option<Error> {
    let mut source: Option<&(dyn std::error::Error + 'static)> = Some(e);
    while let Some(current) = source {
        if let Some(own) = current.downcast_ref::<Error>() {
            return Some(own.clone());
        }
        if let Some(catalog) = current.downcast_ref::<trademl_catalog::Error>() {
            return Some(catalog.clone().into());
        }
        if let Some(DataFusionError::External(inner)) = current.downcast_ref::<DataFusionError>() {
            source = Some(inner.as_ref());
            continue;
        }
        source = current.source();
    }
    None
}

/// The message without DataFusion's prefixes and backtrace.
fn plain_message(e: &DataFusionError) -> String {
    let context = match e {
        DataFusionError::Context(text, inner) => {
            return format!("{text}: {}", plain_message(inner));
        }
        DataFusionError::Diagnostic(_, inner) => return plain_message(inner),
        other => other.strip_backtrace(),
    };
    let prefixes = [
        "Error during planning: ",
        "Execution error: ",
        "SQL error: ",
        "Invalid or Unsupported Configuration: ",
        "External error: ",
        "Arrow error: ",
        "Schema error: ",
        "This feature is not implemented: ",
        "ParserError(\"",
    ];
    let mut text = context.as_str();
    while let Some(rest) = prefixes.iter().find_map(|p| text.strip_prefix(p)) {
        text = rest;
    }
    // The refusal of an argument's type is said by the function; the frame only repeats it.
    if let Some((_, refusal)) = text.split_once("user-defined coercion failed with: ") {
        text = refusal.trim_start_matches("Error during planning: ");
        text = text.split(" No function matches the given name").next().unwrap_or(text);
        text = text.trim_end_matches('.');
    }
    text.trim_end_matches("\")").to_string()
}
