//! The engine: every door parses, plans and executes here.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::{DataFusionError, ParamValues};
use datafusion::execution::memory_pool::{FairSpillPool, TrackConsumersPool};
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::execute_stream;
use datafusion::prelude::SessionContext;
use futures::TryStreamExt;
use tokio::runtime::{Builder, Handle, Runtime};
use trademl_catalog::{Knowledge, Lake, LakeOptions};

use crate::error::{Error, ErrorKind, Result};
use crate::execution::Execution;
use crate::meaning::Meaning;
use crate::parser;
use crate::planner::{self, Target};
use crate::session::{Access, Session, check_as_of};
use crate::statement::Statement;

/// Planning recurses over expressions and plans; the gate bounds how deeply.
const STACK: usize = 64 << 20;

/// How to open an engine.
#[derive(Debug, Clone)]
pub struct EngineOptions {
    /// A folder, or `s3://bucket/prefix` with the usual `AWS_*` variables.
    pub lake: String,
    /// Cut of all reads; `None` reads what is known when each statement is planned.
    pub as_of: Option<DateTime<Utc>>,
    /// Threads and partitions of queries; default: the machine's cores.
    pub threads: Option<usize>,
    /// Bytes that queries may hold; default: 60 % of the machine's memory.
    pub memory_limit: Option<usize>,
    /// What sessions may touch beside the lake.
    pub access: Access,
    /// The environment to work in, beside what others see.
    pub environment: Option<String>,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self {
            lake: std::env::var("TRADEML_LAKE").unwrap_or_else(|_| "lake".to_string()),
            as_of: None,
            threads: None,
            memory_limit: None,
            access: Access::Local,
            environment: None,
        }
    }
}

/// The engine. Clones share everything.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    options: EngineOptions,
    lake: Lake,
    runtime: Arc<RuntimeEnv>,
    threads: usize,
    workers: Workers,
}

/// The engine's own threads, apart from the caller's, which may serve a network.
struct Workers(Option<Runtime>);

impl Drop for Workers {
    fn drop(&mut self) {
        // A runtime must not be dropped inside another one's task.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("options", &self.0.options).finish_non_exhaustive()
    }
}

/// What a statement does, for doors that allow only some of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatementClass {
    /// Only reads.
    Read,
    /// Appends or replaces rows.
    Write,
    /// Creates or drops tables, models, views.
    Ddl,
    /// Changes the session.
    Session,
}

/// A planned statement.
#[derive(Debug, Clone)]
pub struct Planned {
    /// The plan, not yet optimised.
    pub plan: LogicalPlan,
    /// What it does.
    pub class: StatementClass,
    /// The columns of the answer.
    pub schema: SchemaRef,
    /// Parameters without a value, sorted by name, with their types where the plan tells them.
    pub parameters: Vec<(String, Option<DataType>)>,
    /// The statement's text.
    pub text: String,
    /// What it means and reads.
    pub meaning: Meaning,
    /// What it sees of the future, where that is no reason to refuse it.
    pub warnings: Vec<String>,
    /// What the rows of its query know of the future, where they are stored.
    pub knowledge: Knowledge,
}

impl Planned {
    pub(crate) fn new(
        plan: LogicalPlan,
        class: StatementClass,
        text: &str,
        meaning: Meaning,
    ) -> Result<Self> {
        let mut parameters: Vec<_> = plan.get_parameter_types()?.into_iter().collect();
        parameters.sort_by_key(|(name, _)| {
            let digits = name.trim_start_matches('$');
            (digits.parse::<usize>().unwrap_or(usize::MAX), name.clone())
        });
        let schema = Arc::clone(plan.schema().inner());
        Ok(Self {
            plan,
            class,
            schema,
            parameters,
            text: text.to_string(),
            meaning,
            warnings: vec![],
            knowledge: Knowledge::default(),
        })
    }

    /// Gives the parameters their values.
    pub fn with_parameters(self, values: ParamValues) -> Result<Self> {
        let plan = self.plan.with_param_values(values)?.recompute_schema()?;
        let planned = Self::new(plan, self.class, &self.text, self.meaning)?;
        Ok(Self { warnings: self.warnings, knowledge: self.knowledge, ..planned })
    }
}

impl Engine {
    /// Opens the lake and starts the engine's threads.
    pub async fn open(options: EngineOptions) -> Result<Self> {
        check_as_of(options.as_of)?;
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        let threads = options.threads.unwrap_or_else(cores);
        if threads == 0 {
            return Err(Error::usage("threads: expected at least 1, was 0"));
        }
        let limit = options.memory_limit.or_else(|| memory_total().map(|m| m / 5 * 3));
        let mut runtime = RuntimeEnvBuilder::new();
        if let Some(limit) = limit {
            let Some(five) = std::num::NonZeroUsize::new(5) else { unreachable!() };
            let pool = TrackConsumersPool::new(FairSpillPool::new(limit), five);
            runtime = runtime.with_memory_pool(Arc::new(pool));
        }
        let runtime = runtime.build_arc()?;
        let workers = Builder::new_multi_thread()
            .worker_threads(threads)
            .thread_name("trademl")
            .thread_stack_size(STACK)
            .enable_all()
            .build()
            .map_err(|e| Error::new(ErrorKind::Resources, format!("no threads: {e}")))?;
        let handle = workers.handle().clone();
        // Wrapped before anything can fail: a plain runtime must not be dropped in here.
        let workers = Workers(Some(workers));
        let lake_options = LakeOptions { runtime: Some(Arc::clone(&runtime)) };
        let uri = options.lake.clone();
        let lake = handle
            .spawn(async move { Lake::open(&uri, &lake_options).await })
            .await
            .map_err(|e| Error::sql(format!("opening the lake crashed: {e}")))??;
        lake.register_stores(&runtime);
        let lake = match &options.environment {
            Some(environment) => lake.in_environment(environment)?,
            None => lake,
        };
        Ok(Self(Arc::new(Inner { options, lake, runtime, threads, workers })))
    }

    /// A new session with its own settings, parameters and views.
    pub fn session(&self) -> Result<Session> {
        self.session_with(self.0.options.access)
    }

    /// A new session with the given access.
    pub fn session_with(&self, access: Access) -> Result<Session> {
        self.session_on(&self.0.lake, access)
    }

    /// A new session over a layer of the lake.
    pub(crate) fn session_on(&self, lake: &Lake, access: Access) -> Result<Session> {
        Session::new(
            lake.clone(),
            Arc::clone(&self.0.runtime),
            self.0.threads,
            access,
            self.0.options.as_of,
            trademl_catalog::extension_planners(),
        )
    }

    /// How the engine was opened.
    pub fn options(&self) -> &EngineOptions {
        &self.0.options
    }

    /// The lake.
    pub fn lake(&self) -> &Lake {
        &self.0.lake
    }

    /// Threads that training may use.
    pub(crate) fn threads(&self) -> usize {
        self.0.threads
    }

    pub(crate) fn handle(&self) -> Handle {
        match &self.0.workers.0 {
            Some(runtime) => runtime.handle().clone(),
            None => Handle::current(),
        }
    }

    /// Splits a text into statements.
    pub fn parse(&self, sql: &str) -> Result<Vec<Statement>> {
        parser::parse(sql)
    }

    /// Plans one statement: names, types, cuts. Nothing runs.
    pub async fn plan(&self, session: &Session, statement: Statement) -> Result<Planned> {
        self.plan_into(session, statement, None).await
    }

    /// Plans a query whose rows are meant for a table.
    pub(crate) async fn plan_into(
        &self,
        session: &Session,
        statement: Statement,
        target: Option<Target>,
    ) -> Result<Planned> {
        let (engine, session) = (self.clone(), session.clone());
        let work = async move { planner::plan(&engine, &session, statement, target).await };
        self.on_workers(work).await
    }

    /// Starts a planned statement.
    pub async fn execute(&self, session: &Session, planned: Planned) -> Result<Execution> {
        if let Some((name, _)) = planned.parameters.first() {
            return Err(Error::sql(format!(
                "parameter {name} has no value; pass --param or bind it"
            )));
        }
        let (state, _) = session.state()?;
        let handle = self.handle();
        let work = async move {
            if matches!(planned.plan, LogicalPlan::Ddl(_) | LogicalPlan::Statement(_)) {
                // Views and the like only change the session's catalog.
                let context = SessionContext::new_with_state(state);
                let frame = context.execute_logical_plan(planned.plan).await?;
                return Ok(Execution::start(frame.execute_stream().await?, None, &handle));
            }
            let plan = state.create_physical_plan(&planned.plan).await?;
            let stream = execute_stream(Arc::clone(&plan), state.task_ctx())?;
            Ok(Execution::start(stream, Some(plan), &handle))
        };
        self.on_workers(work).await
    }

    /// Runs every statement of a text and returns the rows of the last one.
    pub async fn run(&self, session: &Session, sql: &str) -> Result<Vec<RecordBatch>> {
        let mut last = vec![];
        for statement in self.parse(sql)? {
            let planned = self.plan(session, statement).await?;
            last = self.execute(session, planned).await?.stream.try_collect().await?;
        }
        Ok(last)
    }

    /// Runs work on the engine's deep-stacked threads; it stops when the caller loses interest.
    async fn on_workers<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T> {
        let mut set = tokio::task::JoinSet::new();
        set.spawn_on(work, &self.handle());
        match set.join_next().await {
            Some(Ok(result)) => result,
            Some(Err(e)) if e.is_panic() => Err(Error::sql(format!(
                "planning crashed ({e}); please report it with the statement"
            ))),
            _ => Err(Error::new(ErrorKind::Interrupted, "cancelled")),
        }
    }
}

/// The machine's memory, where the system tells it.
fn memory_total() -> Option<usize> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find(|l| l.starts_with("MemTotal:"))?;
    let kib: usize = line.split_whitespace().nth(1)?.parse().ok()?;
    kib.checked_mul(1024)
}

impl From<datafusion::arrow::error::ArrowError> for Error {
    fn from(e: datafusion::arrow::error::ArrowError) -> Self {
        DataFusionError::from(e).into()
    }
}
