//! One user's session: settings, parameters, views. The only place that builds DataFusion state.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::catalog::{CatalogProvider, MemoryCatalogProviderList};
use datafusion::catalog::{CatalogProviderList, TableProvider};
use datafusion::common::ScalarValue;
use datafusion::execution::context::QueryPlanner;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion::logical_expr::{LogicalPlan, TableType};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_planner::{DefaultPhysicalPlanner, ExtensionPlanner, PhysicalPlanner};
use datafusion::prelude::SessionConfig;
use trademl_catalog::{DEFAULT_SCHEMA, LINEAGE, Lake};
use trademl_temporal::{PushDownTemporalFilter, TemporalJoinPlanner};
use trademl_udfs::relation::{RelationCalls, RelationExtensionPlanner};
use trademl_udfs::window::{GroupedSorts, KernelWindows, OneZero, StandardWindows};
use trademl_udfs::{Body, Contract, Function};

use crate::action::ActionPlanner;
use crate::elapsed::ElapsedTimes;
use crate::error::{Error, Result};
use crate::files;
use crate::forward_windows::ForwardWindows;
use crate::lake_catalog::{CATALOG, LakeCatalog};
use crate::lookahead::LookAhead;
use crate::outer_types::OuterTypes;
use crate::pit::TimeTravel;
use crate::script::Lookahead;
use crate::temporal::TemporalRelations;

/// What a session may touch beside the lake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Access {
    /// The user's own machine: local files may be read and written.
    #[default]
    Local,
    /// A client over the network: the lake and nothing else.
    Remote,
}

/// One user's session. Clones are the same session.
#[derive(Clone)]
pub struct Session(Arc<Inner>);

struct Inner {
    state: RwLock<SessionState>,
    settings: RwLock<Settings>,
    catalog: LakeCatalog,
    lake: Lake,
    access: Access,
}

/// What `SET`, `--as-of` and `--param` change.
#[derive(Debug, Clone, Default)]
pub(crate) struct Settings {
    pub as_of: Option<DateTime<Utc>>,
    /// The load instant of all inserts of a run, so that a run is one instant.
    pub ingested_at: Option<DateTime<Utc>>,
    pub source_uri: Option<String>,
    /// The run that statements are part of.
    pub run_id: Option<String>,
    pub parameters: HashMap<String, ScalarValue>,
    /// What becomes of statements that see the future.
    pub look_ahead: LookAhead,
    /// What of the future the script in work says it looks at.
    pub declared: Option<Lookahead>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Session {{ {} }}", self.0.lake.uri())
    }
}

/// A table or view a session can name.
#[derive(Debug, Clone)]
pub struct TableInfo {
    /// Always `lake`.
    pub catalog: String,
    /// The schema.
    pub schema: String,
    /// The name.
    pub name: String,
    /// `PIT TABLE`, `TABLE` or `VIEW`.
    pub kind: String,
    /// Its columns.
    pub columns: SchemaRef,
    /// The key columns of a point-in-time table.
    pub key: Vec<String>,
    /// The event-time column of a point-in-time table.
    pub event_time: Option<String>,
}

/// A column, with its part in the table.
#[derive(Debug, Clone)]
pub struct ColumnInfo {
    /// The name.
    pub name: String,
    /// The type.
    pub data_type: DataType,
    /// Whether NULL may stand there.
    pub nullable: bool,
    /// `key`, `event time`, `known at`, `lineage`, or nothing.
    pub role: &'static str,
}

/// A function a session can call.
#[derive(Debug, Clone)]
pub struct FunctionInfo {
    /// The name.
    pub name: String,
    /// `scalar`, `aggregate`, `window` or `relation`.
    pub shape: &'static str,
    /// The family of our own functions; empty for DataFusion's.
    pub family: &'static str,
    /// How a call looks.
    pub syntax: String,
    /// One sentence.
    pub summary: String,
    /// The whole contract of our own functions.
    pub contract: Option<&'static Contract>,
}

impl Session {
    pub(crate) fn new(
        lake: Lake,
        runtime: Arc<RuntimeEnv>,
        threads: usize,
        access: Access,
        as_of: Option<DateTime<Utc>>,
        extra: Vec<Arc<dyn ExtensionPlanner + Send + Sync>>,
    ) -> Result<Self> {
        let mut config = SessionConfig::new()
            .with_target_partitions(threads)
            .with_information_schema(true)
            .with_default_catalog_and_schema(CATALOG, DEFAULT_SCHEMA)
            .with_create_default_catalog_and_schema(false);
        let options = config.options_mut();
        // Plain strings on the way in and out: every client and file format knows them.
        options.sql_parser.map_string_types_to_utf8view = false;
        options.execution.parquet.schema_force_view_types = false;
        options.sql_parser.collect_spans = true;
        // Tables that are read in ranges of keys are partitioned by (key, anything) too.
        options.optimizer.subset_repartition_threshold = 2;
        options.execution.time_zone = Some("UTC".to_string());
        let files = (access == Access::Local)
            .then(|| files::Reader { config: config.clone(), runtime: Arc::clone(&runtime) });
        let catalog = LakeCatalog::new(lake.clone(), files);
        let catalogs = MemoryCatalogProviderList::new();
        let provider: Arc<dyn CatalogProvider> = Arc::new(catalog.clone());
        catalogs.register_catalog(CATALOG.to_string(), provider);
        // Ours first: sorts and exchanges are placed around its operator.
        let mut physical: Vec<Arc<dyn PhysicalOptimizerRule + Send + Sync>> =
            vec![Arc::new(KernelWindows)];
        physical.extend(PhysicalOptimizer::new().rules);
        physical.push(Arc::new(GroupedSorts));
        let mut state = SessionStateBuilder::new()
            .with_default_features()
            .with_optimizer_rules(trademl_udfs::exact::optimizer_rules())
            .with_physical_optimizer_rules(physical)
            .with_config(config)
            .with_runtime_env(runtime)
            .with_catalog_list(Arc::new(catalogs))
            .with_query_planner(Arc::new(Planner(extra)))
            .with_analyzer_rule(Arc::new(OuterTypes))
            .with_analyzer_rule(Arc::new(ElapsedTimes))
            .with_optimizer_rule(Arc::new(PushDownTemporalFilter))
            .with_optimizer_rule(Arc::new(ForwardWindows))
            .with_optimizer_rule(Arc::new(OneZero))
            .with_optimizer_rule(Arc::new(StandardWindows))
            .build();
        crate::bounds::install(&mut state)?;
        trademl_udfs::exact::install(&mut state)?;
        let functions = trademl_udfs::functions();
        trademl_udfs::function::register(&mut state, &functions)?;
        let relations = functions.into_iter().filter_map(|f| match f.body {
            Body::Relation(r) => Some(r),
            _ => None,
        });
        state.register_relation_planner(Arc::new(RelationCalls(relations.collect())))?;
        let settings = RwLock::new(Settings { as_of, ..Settings::default() });
        Ok(Self(Arc::new(Inner { state: RwLock::new(state), settings, catalog, lake, access })))
    }

    /// The state to plan one statement with, and the instant its reads are cut at.
    pub(crate) fn state(&self) -> Result<(SessionState, DateTime<Utc>)> {
        let cut = self.as_of().unwrap_or_else(Utc::now);
        let mut state = self.0.state.read().unwrap_or_else(PoisonError::into_inner).clone();
        // now() is one instant per statement, and the run's own in a run.
        state.mark_start_execution();
        if let Some(at) = self.settings().ingested_at {
            state.execution_props_mut().query_execution_start_time = Some(at);
        }
        state.register_relation_planner(Arc::new(TimeTravel { session_cut: cut }))?;
        state.register_relation_planner(Arc::new(TemporalRelations))?;
        Ok((state, cut))
    }

    pub(crate) fn settings(&self) -> RwLockReadGuard<'_, Settings> {
        self.0.settings.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn settings_mut(&self) -> RwLockWriteGuard<'_, Settings> {
        self.0.settings.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn lake(&self) -> &Lake {
        &self.0.lake
    }

    pub(crate) fn catalog(&self) -> &LakeCatalog {
        &self.0.catalog
    }

    /// What it may touch.
    pub fn access(&self) -> Access {
        self.0.access
    }

    /// The instant reads are cut at; `None` means the moment each statement is planned.
    pub fn as_of(&self) -> Option<DateTime<Utc>> {
        self.settings().as_of
    }

    /// Cuts reads at an instant, or with `None` at the moment of each statement.
    ///
    /// # Errors
    ///
    /// If the instant lies in the future: what is not known yet cannot be read.
    pub fn set_as_of(&self, at: Option<DateTime<Utc>>) -> Result<()> {
        check_as_of(at)?;
        self.settings_mut().as_of = at;
        Ok(())
    }

    /// The `source_uri` of rows inserted without one.
    pub fn set_source_uri(&self, uri: Option<String>) {
        self.settings_mut().source_uri = uri;
    }

    /// Gives `$name` a value in the statements that follow.
    pub fn set_parameter(&self, name: impl Into<String>, value: ScalarValue) {
        self.settings_mut().parameters.insert(name.into(), value);
    }

    pub(crate) fn set_option(&self, name: &str, value: &str) -> Result<()> {
        let mut state = self.0.state.write().unwrap_or_else(PoisonError::into_inner);
        Ok(state.config_mut().options_mut().set(name, value)?)
    }

    /// Settings and their values, as `SHOW` would print them.
    pub fn shown_settings(&self) -> Vec<(String, String)> {
        let settings = self.settings();
        let state = self.0.state.read().unwrap_or_else(PoisonError::into_inner);
        vec![
            (
                "trademl.as_of".to_string(),
                settings.as_of.map_or_else(|| "now".to_string(), |t| t.to_rfc3339()),
            ),
            ("trademl.look_ahead".to_string(), settings.look_ahead.to_string()),
            ("trademl.source_uri".to_string(), settings.source_uri.clone().unwrap_or_default()),
            (
                "datafusion.execution.target_partitions".to_string(),
                state.config().target_partitions().to_string(),
            ),
            (
                "datafusion.execution.batch_size".to_string(),
                state.config().batch_size().to_string(),
            ),
        ]
    }

    /// All tables and views, sorted by schema and name.
    pub async fn tables(&self) -> Result<Vec<TableInfo>> {
        let mut all = vec![];
        for name in self.0.catalog.refresh().await? {
            let Some(table) = self.0.lake.table(&name).await? else { continue };
            let definition = table.definition();
            all.push(TableInfo {
                catalog: CATALOG.to_string(),
                schema: name.schema.clone(),
                name: name.table.clone(),
                kind: if definition.is_some() { "PIT TABLE" } else { "TABLE" }.to_string(),
                columns: table.schema(),
                key: definition.map(|d| d.key.clone()).unwrap_or_default(),
                event_time: definition.map(|d| d.event_time.clone()),
            });
        }
        for ((schema, name), table) in self.0.catalog.local() {
            all.push(local_info(schema, name, table.as_ref()));
        }
        all.sort_by(|a, b| (&a.schema, &a.name).cmp(&(&b.schema, &b.name)));
        Ok(all)
    }

    /// The columns of one table; a name without a schema is looked up in `curated`.
    ///
    /// # Errors
    ///
    /// If there is no such table, with the nearest name.
    pub async fn describe(&self, table: &str) -> Result<Vec<ColumnInfo>> {
        let tables = self.tables().await?;
        let wanted = table.trim_matches('"').to_lowercase();
        let full = |t: &TableInfo| format!("{}.{}", t.schema, t.name);
        let found = tables
            .iter()
            .find(|t| full(t) == wanted || (t.schema == DEFAULT_SCHEMA && t.name == wanted));
        let Some(found) = found else {
            return Err(Error::sql(crate::suggest::unknown_table(&wanted, &tables)));
        };
        let role = |name: &str| match name {
            n if found.key.iter().any(|k| k == n) => "key",
            n if found.event_time.as_deref() == Some(n) => "event time",
            trademl_catalog::KNOWN_AT if found.event_time.is_some() => "known at",
            n if found.event_time.is_some() && LINEAGE.contains(&n) => "lineage",
            _ => "",
        };
        let columns = found.columns.fields().iter().map(|f| ColumnInfo {
            name: f.name().clone(),
            data_type: f.data_type().clone(),
            nullable: f.is_nullable(),
            role: role(f.name()),
        });
        Ok(columns.collect())
    }

    /// Every function, our own first.
    pub fn functions(&self) -> Vec<FunctionInfo> {
        let mut all: Vec<_> = trademl_udfs::functions().iter().map(own_function).collect();
        let own: Vec<String> = all.iter().map(|f| f.name.clone()).collect();
        let state = self.0.state.read().unwrap_or_else(PoisonError::into_inner);
        let scalar = state.scalar_functions().keys().map(|n| (n, "scalar"));
        let aggregate = state.aggregate_functions().keys().map(|n| (n, "aggregate"));
        let window = state.window_functions().keys().map(|n| (n, "window"));
        let relation = state.table_functions().keys().map(|n| (n, "relation"));
        let mut stock: Vec<_> = scalar
            .chain(aggregate)
            .chain(window)
            .chain(relation)
            .filter(|(name, _)| !own.contains(name))
            .map(|(name, shape)| FunctionInfo {
                name: name.clone(),
                shape,
                family: "",
                syntax: format!("{name}(…)"),
                summary: String::new(),
                contract: None,
            })
            .collect();
        stock.sort_by(|a, b| a.name.cmp(&b.name));
        all.extend(stock);
        all
    }
}

/// Refuses a cut in the future: what is not known yet cannot be read.
pub(crate) fn check_as_of(at: Option<DateTime<Utc>>) -> Result<()> {
    match at {
        Some(at) if at > Utc::now() => Err(Error::usage(format!(
            "as-of {} is in the future; choose an instant that has passed, or leave it out to \
             read what is known now",
            at.to_rfc3339()
        ))),
        _ => Ok(()),
    }
}

fn local_info(schema: String, name: String, table: &dyn TableProvider) -> TableInfo {
    let kind = if table.table_type() == TableType::View { "VIEW" } else { "TABLE" };
    TableInfo {
        catalog: CATALOG.to_string(),
        schema,
        name,
        kind: kind.to_string(),
        columns: table.schema(),
        key: vec![],
        event_time: None,
    }
}

fn own_function(f: &Function) -> FunctionInfo {
    FunctionInfo {
        name: f.contract.name.to_string(),
        shape: match f.body {
            Body::Scalar(_) => "scalar",
            Body::Aggregate(_) => "aggregate",
            Body::Window(_) => "window",
            Body::Relation(_) => "relation",
        },
        family: f.contract.family,
        syntax: f.contract.syntax(),
        summary: f.contract.summary.to_string(),
        contract: Some(f.contract),
    }
}

/// DataFusion's planner with our operators.
struct Planner(Vec<Arc<dyn ExtensionPlanner + Send + Sync>>);

impl fmt::Debug for Planner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Planner")
    }
}

#[async_trait]
impl QueryPlanner for Planner {
    async fn create_physical_plan(
        &self,
        plan: &LogicalPlan,
        session: &dyn datafusion::catalog::Session,
    ) -> datafusion::common::Result<Arc<dyn ExecutionPlan>> {
        let mut planners: Vec<Arc<dyn ExtensionPlanner + Send + Sync>> = vec![
            Arc::new(RelationExtensionPlanner),
            Arc::new(ActionPlanner),
            Arc::new(TemporalJoinPlanner),
        ];
        planners.extend(self.0.iter().cloned());
        DefaultPhysicalPlanner::with_extension_planners(planners)
            .create_physical_plan(plan, session)
            .await
    }
}
