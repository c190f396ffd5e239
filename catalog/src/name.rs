//! The name of a table in the lake.

use std::fmt;
use std::str::FromStr;

use crate::{Error, Result};

/// The schema of a table named without one.
pub const DEFAULT_SCHEMA: &str = "curated";

/// `schema.table`, which is also the folder below the lake.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TableName {
    /// First part: raw, curated, reference, features, labels, signals, backtests, ops, or your own.
    pub schema: String,
    /// Second part.
    pub table: String,
}

impl TableName {
    /// Checks that both parts are safe as folder names on every store.
    pub fn new(schema: impl Into<String>, table: impl Into<String>) -> Result<Self> {
        let name = Self { schema: schema.into(), table: table.into() };
        check_part("schema", &name.schema)?;
        check_part("table", &name.table)?;
        Ok(name)
    }

    /// The folder below the lake.
    pub(crate) fn folder(&self) -> String {
        format!("{}/{}", self.schema, self.table)
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.schema, self.table)
    }
}

impl FromStr for TableName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.split_once('.') {
            Some((schema, table)) => Self::new(schema, table),
            None => Self::new(DEFAULT_SCHEMA, text),
        }
    }
}

/// One path segment: letters, digits, `_` and `-`, at most 128, not starting with `_` or `-`.
pub(crate) fn check_part(what: &str, part: &str) -> Result<()> {
    let starts_well = part.chars().next().is_some_and(|c| c.is_ascii_alphanumeric());
    let allowed = part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if starts_well && allowed && part.len() <= 128 {
        return Ok(());
    }
    Err(Error::usage(format!(
        "{what} name: was '{}', expected 1 to 128 ASCII letters, digits, '_' or '-', starting with a letter or digit",
        part.escape_default()
    )))
}
