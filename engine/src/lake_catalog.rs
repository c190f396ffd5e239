//! The lake as a catalog that DataFusion resolves names in.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, RwLock};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use datafusion::catalog::{CatalogProvider, SchemaProvider, TableProvider};
use datafusion::common::tree_node::{Transformed, TreeNodeRecursion};
use datafusion::common::{DataFusionError, Result, exec_err, plan_err};
use datafusion::datasource::{ViewTable, provider_as_source, source_as_provider};
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder, TableScan};
use trademl_catalog::{DEFAULT_SCHEMA, Lake, Table, TableName};

use crate::error::Error;
use crate::files;
use crate::pit::PitTable;
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

impl LakeSchema {
    /// A view over its point-in-time tables as they are now. Its plan holds them as they were when it
    /// was made, which is without later inserts and with files that may be gone.
    async fn refreshed(&self, view: &ViewTable) -> Result<ViewTable> {
        let pit = |scan: &TableScan| -> Result<bool> {
            Ok(source_as_provider(&scan.source)?.downcast_ref::<PitTable>().is_some())
        };
        let mut names = vec![];
        view.logical_plan().apply_with_subqueries(|node| {
            if let LogicalPlan::TableScan(scan) = node
                && pit(scan)?
            {
                names.push(scan.table_name.clone());
            }
            Ok(TreeNodeRecursion::Continue)
        })?;
        let mut fresh = HashMap::new();
        for name in names {
            let at = name.clone().resolve(CATALOG, DEFAULT_SCHEMA);
            let schema = Self { catalog: self.catalog.clone(), schema: at.schema.to_string() };
            if let Some(table) = schema.load(&at.table).await? {
                fresh.insert(name, table);
            }
        }
        let plan = view.logical_plan().clone().transform_up_with_subqueries(|node| {
            let LogicalPlan::TableScan(scan) = &node else { return Ok(Transformed::no(node)) };
            let Some(table) = fresh.get(&scan.table_name).filter(|t| t.definition().is_some())
            else {
                return Ok(Transformed::no(node));
            };
            let schema = table.schema();
            let names = scan
                .projection
                .iter()
                .flatten()
                .map(|i| scan.source.schema().field(*i).name().clone());
            let columns =
                names.map(|name| Ok(schema.index_of(&name)?)).collect::<Result<Vec<_>>>()?;
            let columns = scan.projection.is_some().then_some(columns);
            let source = provider_as_source(Arc::new(PitTable(table.clone())));
            let plan = LogicalPlanBuilder::scan(scan.table_name.clone(), source, columns)?;
            Ok(Transformed::yes(plan.build()?))
        })?;
        let definition = view.definition().map(ToString::to_string);
        Ok(ViewTable::new(plan.data.recompute_schema()?, definition))
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
        if let Some(local) = local {
            return match local.downcast_ref::<ViewTable>() {
                Some(view) => Ok(Some(Arc::new(self.refreshed(view).await?))),
                None => Ok(Some(local)),
            };
        }
        Ok(self.load(name).await?.map(|table| match table.definition() {
            Some(_) => Arc::new(PitTable(table)) as Arc<dyn TableProvider>,
            None => table.provider(),
        }))
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
