//! The lake as a catalog that DataFusion resolves names in.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, RwLock};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use datafusion::catalog::{CatalogProvider, SchemaProvider, TableProvider};
use datafusion::common::{DataFusionError, Result, exec_err, plan_err};
use trademl_catalog::{Lake, Table, TableName};

use crate::error::Error;
use crate::files;
use crate::pit::LakeTable;
use crate::rewrite::FILES;

/// The name of the one catalog.
pub(crate) const CATALOG: &str = "lake";

/// The schemas every lake has.
pub(crate) const SCHEMAS: [&str; 8] =
    ["raw", "curated", "reference", "features", "labels", "signals", "backtests", "ops"];

/// Tables and views that one session holds, by schema and name.
type Local = Arc<RwLock<HashMap<(String, String), Arc<dyn TableProvider>>>>;

/// The lake, with one session's views on top.
#[derive(Clone)]
pub(crate) struct LakeCatalog {
    lake: Lake,
    local: Local,
    /// Names seen by the last [`Self::refresh`], for listings, which must not wait.
    names: Arc<RwLock<Vec<TableName>>>,
    files: Option<files::Reader>,
}

impl fmt::Debug for LakeCatalog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LakeCatalog {{ {} }}", self.lake.uri())
    }
}

impl LakeCatalog {
    /// `files` reads local files, if this session may.
    pub fn new(lake: Lake, files: Option<files::Reader>) -> Self {
        Self { lake, local: Local::default(), names: Arc::default(), files }
    }

    /// Lists the lake, so that `information_schema` is true.
    pub async fn refresh(&self) -> crate::Result<Vec<TableName>> {
        let names = self.lake.tables().await?;
        if let Ok(mut seen) = self.names.write() {
            seen.clone_from(&names);
        }
        Ok(names)
    }

    /// Whether the session has views or tables of its own.
    pub fn has_local(&self) -> bool {
        self.local.read().is_ok_and(|local| !local.is_empty())
    }

    fn local_names(&self, schema: Option<&str>) -> Vec<(String, String)> {
        let local = self.local.read();
        let names = local.iter().flat_map(|l| l.keys().cloned().collect::<Vec<_>>());
        names.filter(|(s, _)| schema.is_none_or(|wanted| s == wanted)).collect()
    }

    /// Views and temporary tables of the session.
    pub fn local(&self) -> Vec<((String, String), Arc<dyn TableProvider>)> {
        let local = self.local.read();
        let all = local.iter().flat_map(|l| {
            l.iter().map(|(name, table)| (name.clone(), Arc::clone(table))).collect::<Vec<_>>()
        });
        all.collect()
    }
}

impl CatalogProvider for LakeCatalog {
    fn schema_names(&self) -> Vec<String> {
        let mut names: Vec<String> = SCHEMAS.iter().map(ToString::to_string).collect();
        names.extend(self.local_names(None).into_iter().map(|(schema, _)| schema));
        if let Ok(seen) = self.names.read() {
            names.extend(seen.iter().map(|n| n.schema.clone()));
        }
        names.sort();
        names.dedup();
        names
    }

    fn schema(&self, name: &str) -> Option<Arc<dyn SchemaProvider>> {
        Some(Arc::new(LakeSchema { catalog: self.clone(), schema: name.to_string() }))
    }
}

#[derive(Debug)]
struct LakeSchema {
    catalog: LakeCatalog,
    schema: String,
}

impl LakeSchema {
    fn id(&self, name: &str) -> (String, String) {
        (self.schema.clone(), name.to_string())
    }

    /// The table, at the version a rewritten name asks for.
    async fn load(&self, name: &str) -> Result<Option<Table>, Error> {
        let lake = &self.catalog.lake;
        let (name, version) = match name.split_once('@') {
            Some((name, version)) => (name, Some(version)),
            None => (name, None),
        };
        let Ok(table) = TableName::new(self.schema.clone(), name) else { return Ok(None) };
        let Some(version) = version else { return Ok(lake.table(&table).await?) };
        if let Some(number) = version.strip_prefix("version=") {
            let number = number.parse().map_err(|_| {
                Error::sql(format!("{table}: VERSION AS OF takes a whole number, was '{number}'"))
            })?;
            return Ok(Some(lake.table_at_version(&table, number).await?));
        }
        let text = version.trim_start_matches("timestamp=");
        Ok(Some(lake.table_at_time(&table, parse_instant(text)?).await?))
    }
}

/// An instant as users write it: RFC 3339, or a date and time in UTC, or a date.
pub fn parse_instant(text: &str) -> Result<DateTime<Utc>, Error> {
    use chrono::{NaiveDate, NaiveDateTime};
    let text = text.trim();
    let naive = |format: &str| {
        NaiveDateTime::parse_from_str(text.trim_end_matches('Z'), format).map(|t| t.and_utc())
    };
    DateTime::parse_from_rfc3339(text)
        .map(|t| t.with_timezone(&Utc))
        .or_else(|_| naive("%Y-%m-%dT%H:%M:%S%.f"))
        .or_else(|_| naive("%Y-%m-%d %H:%M:%S%.f"))
        .or_else(|_| naive("%Y-%m-%dT%H:%M"))
        .or_else(|_| naive("%Y-%m-%d %H:%M"))
        .or_else(|_| {
            NaiveDate::parse_from_str(text, "%Y-%m-%d")
                .map(|d| d.and_time(chrono::NaiveTime::MIN).and_utc())
        })
        .map_err(|_| {
            Error::usage(format!("'{text}' is not a timestamp, expected 2020-01-31T21:15:00Z"))
        })
}

#[async_trait]
impl SchemaProvider for LakeSchema {
    fn table_names(&self) -> Vec<String> {
        let mut names: Vec<String> = self
            .catalog
            .local_names(Some(&self.schema))
            .into_iter()
            .map(|(_, name)| name)
            .collect();
        if let Ok(seen) = self.catalog.names.read() {
            names.extend(seen.iter().filter(|n| n.schema == self.schema).map(|n| n.table.clone()));
        }
        names.sort();
        names.dedup();
        names
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>, DataFusionError> {
        if self.schema == FILES {
            return match &self.catalog.files {
                Some(reader) => Ok(Some(reader.table(name).await?)),
                None => Ok(None),
            };
        }
        let local = self.catalog.local.read().ok().and_then(|l| l.get(&self.id(name)).cloned());
        if local.is_some() {
            return Ok(local);
        }
        let pinned = name.contains('@');
        let table = self.load(name).await?.map(|table| LakeTable::new(table, pinned));
        Ok(table.map(|table| Arc::new(table) as Arc<dyn TableProvider>))
    }

    fn register_table(
        &self,
        name: String,
        table: Arc<dyn TableProvider>,
    ) -> Result<Option<Arc<dyn TableProvider>>> {
        let in_lake =
            self.catalog.names.read().is_ok_and(|names| {
                names.iter().any(|n| n.schema == self.schema && n.table == name)
            });
        if in_lake {
            return plan_err!("{}.{name} is a table of the lake; choose another name", self.schema);
        }
        match self.catalog.local.write() {
            Ok(mut local) => Ok(local.insert(self.id(&name), table)),
            Err(_) => exec_err!("the session's views are unusable after a crash; reconnect"),
        }
    }

    fn deregister_table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        match self.catalog.local.write() {
            Ok(mut local) => Ok(local.remove(&self.id(name))),
            Err(_) => exec_err!("the session's views are unusable after a crash; reconnect"),
        }
    }

    fn table_exist(&self, name: &str) -> bool {
        self.table_names().iter().any(|n| n == name)
    }
}
