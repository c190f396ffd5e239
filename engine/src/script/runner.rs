//! A run: one lock, one cut, one load instant, each step reported and recorded.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use datafusion::arrow::array::{AsArray, RecordBatch};
use datafusion::arrow::datatypes::UInt64Type;
use datafusion::common::ScalarValue;
use datafusion::execution::SendableRecordBatchStream;
use futures::StreamExt;
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;
use trademl_catalog::{LEASE, LINEAGE, Lake, PipelineLock, RunRecord, StepRecord};
use trademl_udfs::relation::did_you_mean;

use super::header::Kind;
use super::load::{Item, Script, load};
use crate::engine::Engine;
use crate::error::{Error, ErrorKind, Result};
use crate::execution::ProgressSnapshot;
use crate::session::Session;
use crate::statement::Statement;

/// How often the progress of a step is told.
const TICK: Duration = Duration::from_millis(200);

/// What a run is given.
#[derive(Debug, Clone, Default)]
pub struct RunOptions {
    /// The cut of all reads; without one, the instant the run starts.
    pub as_of: Option<DateTime<Utc>>,
    /// Parameters by name, as text.
    pub parameters: BTreeMap<String, String>,
    /// Stops the run between batches.
    pub cancel: CancellationToken,
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It did what it says.
    Succeeded,
    /// Everything was there already.
    Unchanged,
    /// It failed; the run ends.
    Failed,
}

/// What one step did.
#[derive(Debug, Clone, PartialEq)]
pub struct StepReport {
    /// Rows written or returned.
    pub rows: u64,
    /// Rows that were there already.
    pub skipped: u64,
    /// Wall time.
    pub seconds: f64,
    /// How it ended.
    pub outcome: Outcome,
}

/// How much a message matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// For the curious.
    Info,
    /// For the owner.
    Warning,
}

/// Who watches a run.
pub trait RunObserver: Send + Sync {
    /// A step begins; `index` counts from 1.
    fn step_started(&self, name: &str, index: usize, total: usize);
    /// A step goes on.
    fn step_progress(&self, progress: &ProgressSnapshot);
    /// A step has ended.
    fn step_finished(&self, name: &str, report: &StepReport);
    /// Something to tell.
    fn message(&self, level: Level, text: &str);
}

/// An observer that looks away.
#[derive(Debug, Clone, Copy)]
pub struct Silent;

impl RunObserver for Silent {
    fn step_started(&self, _: &str, _: usize, _: usize) {}
    fn step_progress(&self, _: &ProgressSnapshot) {}
    fn step_finished(&self, _: &str, _: &StepReport) {}
    fn message(&self, _: Level, _: &str) {}
}

/// What a run did.
#[derive(Debug, Clone)]
pub struct RunReport {
    /// Digest of scripts, parameters, inputs, cut and engine version.
    pub run_id: String,
    /// The steps in order.
    pub steps: Vec<(String, StepReport)>,
    /// Wall time.
    pub seconds: f64,
    /// The rows of the last step.
    pub result: Vec<RecordBatch>,
}

/// Runs a script and all it includes.
///
/// Scripts, headers and parameters are checked before anything runs. One run of a pipeline holds
/// its lock; another is refused with the holder's name.
pub async fn run_script(
    engine: &Engine,
    path: &Path,
    options: RunOptions,
    observer: &dyn RunObserver,
) -> Result<RunReport> {
    let script = load(path)?;
    let started_at = Utc::now();
    let session = engine.session()?;
    let as_of = options.as_of.or(session.as_of());
    session.set_as_of(Some(as_of.unwrap_or(started_at)))?;
    // One partition gives every floating-point sum one order, so a run's bits do not depend on the
    // number of threads; training uses them all, since its folds do not meet in a sum.
    session.set_option("datafusion.execution.target_partitions", "1")?;
    let parameters = bind(&script, &options.parameters)?;
    {
        let mut settings = session.settings_mut();
        settings.ingested_at = Some(started_at);
        settings.source_uri = Some(path.display().to_string());
        settings.parameters.extend(parameters.clone());
    }
    let run_id = run_id(engine, &script, &parameters, as_of).await?;
    session.settings_mut().run_id = Some(run_id.clone());
    let pipeline = script.header.name.replace('.', "-");
    let mut lock = PipelineLock::acquire(engine.lake(), &pipeline, &run_id).await?;
    let record = RunRecord {
        run_id: run_id.clone(),
        pipeline: script.header.name.clone(),
        script: path.display().to_string(),
        script_hash: combined_hash(&script),
        started_at,
        finished_at: None,
        outcome: "running".to_string(),
        engine_version: env!("CARGO_PKG_VERSION").to_string(),
        parameters: json!(shown(&parameters)),
        as_of,
        table_versions: json!({}),
        rows: None,
        timings: json!({}),
        error: None,
    };
    let mut run = Run {
        engine,
        session,
        observer,
        cancel: options.cancel.clone(),
        run_id: run_id.clone(),
        steps: vec![],
        records: vec![],
        versions: BTreeMap::new(),
        result: vec![],
        total: count(&script),
    };
    let clock = Instant::now();
    let outcome = {
        engine.lake().record_run(&record).await?;
        let work = run.script(&script);
        tokio::pin!(work);
        let mut beat = tokio::time::interval(LEASE / 4);
        loop {
            tokio::select! {
                result = &mut work => break result,
                _ = beat.tick() => {
                    if let Err(e) = lock.heartbeat().await {
                        break Err(e.into());
                    }
                }
            }
        }
    };
    let seconds = clock.elapsed().as_secs_f64();
    run.finish(record, &outcome).await;
    lock.release().await?;
    outcome?;
    Ok(RunReport { run_id, steps: run.steps, seconds, result: run.result })
}

/// Declared parameters with their values: given, else default.
fn bind(
    script: &Script,
    given: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, ScalarValue>> {
    let mut values = BTreeMap::new();
    for script in script.all() {
        for parameter in &script.header.parameters {
            let value = match given.get(&parameter.name) {
                Some(text) => Some(parameter.value(text)?),
                None => parameter.default.clone(),
            };
            let Some(value) = value else {
                return Err(Error::usage(format!(
                    "parameter '{}' of {} has no value; pass --param {}=…",
                    parameter.name,
                    script.path.display(),
                    parameter.name
                )));
            };
            // The outermost script's default holds for those it includes.
            values.entry(parameter.name.clone()).or_insert(value);
        }
    }
    if let Some(unknown) = given.keys().find(|name| !values.contains_key(*name)) {
        return Err(Error::usage(format!(
            "no script declares parameter '{unknown}'{}; declared: {}",
            did_you_mean(unknown, values.keys().map(String::as_str)),
            values.keys().cloned().collect::<Vec<_>>().join(", ")
        )));
    }
    Ok(values)
}

fn shown(parameters: &BTreeMap<String, ScalarValue>) -> BTreeMap<&str, String> {
    parameters.iter().map(|(name, value)| (name.as_str(), value.to_string())).collect()
}

fn combined_hash(script: &Script) -> String {
    let mut digest = Sha256::new();
    for script in script.all() {
        digest.update(script.path.display().to_string());
        digest.update(&script.hash);
    }
    hex(&digest.finalize(), 32)
}

fn hex(bytes: &[u8], length: usize) -> String {
    bytes.iter().take(length).map(|b| format!("{b:02x}")).collect()
}

/// The run's identity: what it computes from what. Two runs of one id give the same bytes.
async fn run_id(
    engine: &Engine,
    script: &Script,
    parameters: &BTreeMap<String, ScalarValue>,
    as_of: Option<DateTime<Utc>>,
) -> Result<String> {
    let mut digest = Sha256::new();
    digest.update(env!("CARGO_PKG_VERSION"));
    for script in script.all() {
        digest.update(&script.header.name);
        digest.update(&script.hash);
    }
    digest.update(json!(shown(parameters)).to_string());
    digest.update(as_of.map(|t| t.to_rfc3339()).unwrap_or_default());
    let written: Vec<_> = script.all().iter().map(|s| s.header.name.clone()).collect();
    let mut inputs: Vec<_> = script.all().iter().flat_map(|s| s.header.inputs.clone()).collect();
    inputs.sort();
    inputs.dedup();
    for input in inputs.iter().filter(|i| !written.contains(i)) {
        digest.update(input);
        digest.update(input_version(engine.lake(), input).await?);
    }
    Ok(hex(&digest.finalize(), 8))
}

/// A file's content, or a table's version.
async fn input_version(lake: &Lake, input: &str) -> Result<String> {
    if let Ok(bytes) = std::fs::read(input) {
        return Ok(hex(&Sha256::digest(&bytes), 32));
    }
    let Ok(name) = input.parse() else { return Ok(String::new()) };
    Ok(lake.table(&name).await?.map(|t| t.version().to_string()).unwrap_or_default())
}

/// Steps of a script: one a statement.
fn count(script: &Script) -> usize {
    let of = |item: &Item| match item {
        Item::Statement(_) => 1,
        Item::Script(script) => count(script),
    };
    script.items.iter().map(of).sum()
}

struct Run<'a> {
    engine: &'a Engine,
    session: Session,
    observer: &'a dyn RunObserver,
    cancel: CancellationToken,
    run_id: String,
    steps: Vec<(String, StepReport)>,
    records: Vec<StepRecord>,
    versions: BTreeMap<String, u64>,
    result: Vec<RecordBatch>,
    total: usize,
}

impl Run<'_> {
    async fn script(&mut self, script: &Script) -> Result<()> {
        let file = script.path.display().to_string();
        for item in &script.items {
            match item {
                Item::Script(inner) => Box::pin(self.script(inner)).await?,
                Item::Statement(statement) => {
                    self.step(script, statement).await.map_err(|e| {
                        let place = e.place.is_none().then(|| statement.place()).flatten();
                        e.at(place).in_file(&file)
                    })?;
                }
            }
        }
        Ok(())
    }

    async fn step(&mut self, script: &Script, statement: &Statement) -> Result<()> {
        let name = step_name(script, statement);
        let started_at = Utc::now();
        let clock = Instant::now();
        self.observer.step_started(&name, self.steps.len() + 1, self.total);
        let done = match script.header.kind {
            Kind::Pipeline | Kind::Script => {
                self.statement(&in_place(statement, ""), statement).await
            }
            kind => self.relation(script, kind, statement).await,
        };
        let seconds = clock.elapsed().as_secs_f64();
        let (outcome, rows, skipped, version, error) = match &done {
            Ok(done) if done.rows == 0 && done.skipped > 0 => {
                (Outcome::Unchanged, 0, done.skipped, done.version, None)
            }
            Ok(done) => (Outcome::Succeeded, done.rows, done.skipped, done.version, None),
            Err(e) => (Outcome::Failed, 0, 0, None, Some(e.message.clone())),
        };
        let report = StepReport { rows, skipped, seconds, outcome };
        self.observer.step_finished(&name, &report);
        if let Some(version) = version {
            self.versions.insert(written_name(script, statement), version);
        }
        self.records.push(StepRecord {
            run_id: self.run_id.clone(),
            step: self.steps.len() as u32 + 1,
            name: name.clone(),
            script: script.path.display().to_string(),
            started_at,
            seconds,
            outcome: outcome.to_string(),
            rows: Some(rows),
            skipped: Some(skipped),
            table_version: version,
            error,
        });
        self.steps.push((name, report));
        done.map(|done| self.result = done.batches)
    }

    /// Stores the script's one SELECT under the script's name.
    async fn relation(&self, script: &Script, kind: Kind, statement: &Statement) -> Result<Done> {
        let name = &script.header.name;
        match kind {
            Kind::PitTable => {
                self.create_pit_table(script, statement).await?;
                let planned = self.plan(&in_place(statement, ""), statement).await?;
                let columns: Vec<_> =
                    planned.schema.fields().iter().map(|f| format!("\"{}\"", f.name())).collect();
                let insert = format!("INSERT INTO {name} ({})", columns.join(", "));
                self.statement(&in_place(statement, &insert), statement).await
            }
            Kind::View => {
                let view = format!("CREATE OR REPLACE VIEW {name} AS");
                self.statement(&in_place(statement, &view), statement).await
            }
            _ => {
                let table = format!("CREATE OR REPLACE TABLE {name} AS");
                self.statement(&in_place(statement, &table), statement).await
            }
        }
    }

    /// Creates the table a script fills, from its columns and grain, unless it is there.
    async fn create_pit_table(&self, script: &Script, statement: &Statement) -> Result<()> {
        let header = &script.header;
        let Some((event_time, key)) = header.grain.split_last().filter(|(_, key)| !key.is_empty())
        else {
            return Err(Error::usage(format!(
                "{}: a pit table's grain names key columns and last the event time, was '{}'",
                header.name,
                header.grain.join(", ")
            )));
        };
        let planned = self.plan(&in_place(statement, ""), statement).await?;
        let definition = trademl_catalog::PitDefinition {
            name: header.name.parse()?,
            columns: planned
                .schema
                .fields()
                .iter()
                .filter(|f| !LINEAGE.contains(&f.name().as_str()))
                .map(|f| f.as_ref().clone())
                .collect(),
            key: key.to_vec(),
            event_time: event_time.clone(),
            partition_by: vec![],
        };
        self.engine.lake().create_pit_table(&definition, true).await?;
        Ok(())
    }

    async fn plan(&self, text: &str, at: &Statement) -> Result<crate::Planned> {
        let mut statement =
            self.engine.parse(text)?.pop().ok_or_else(|| Error::sql("the statement is empty"))?;
        // Places show the script, not the text made from it.
        statement.line = at.line;
        statement.source.clone_from(&at.source);
        self.engine.plan(&self.session, statement).await
    }

    async fn statement(&self, text: &str, at: &Statement) -> Result<Done> {
        let planned = self.plan(text, at).await?;
        let execution = self.engine.execute(&self.session, planned).await?;
        let cancel = execution.cancel.clone();
        let progress = execution.progress.clone();
        let collect = collect(execution.stream);
        tokio::pin!(collect);
        let mut tick = tokio::time::interval(TICK);
        loop {
            tokio::select! {
                done = &mut collect => return done,
                _ = tick.tick() => self.observer.step_progress(&progress.snapshot()),
                () = self.cancel.cancelled() => {
                    cancel.cancel();
                    return Err(Error::new(ErrorKind::Interrupted, "the run was cancelled"));
                }
            }
        }
    }

    /// Records how the run ended. A failure to record does not hide the run's own outcome.
    async fn finish(&self, mut record: RunRecord, outcome: &Result<()>) {
        record.finished_at = Some(Utc::now());
        record.outcome = match outcome {
            Ok(()) => "succeeded",
            Err(e) if e.kind == ErrorKind::Interrupted => "cancelled",
            Err(_) => "failed",
        }
        .to_string();
        record.error = outcome.as_ref().err().map(|e| e.message.clone());
        record.rows = Some(self.steps.iter().map(|(_, s)| s.rows).sum());
        record.table_versions = json!(self.versions);
        let timings: BTreeMap<_, _> =
            self.steps.iter().map(|(name, s)| (name, s.seconds)).collect();
        record.timings = json!(timings);
        let lake = self.engine.lake();
        for result in [lake.record_steps(&self.records).await, lake.record_run(&record).await] {
            if let Err(e) = result {
                self.observer.message(Level::Warning, &format!("run record: {e}"));
            }
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Succeeded => "succeeded",
            Self::Unchanged => "unchanged",
            Self::Failed => "failed",
        })
    }
}

/// A statement's text behind a prefix, on the lines it has in its script, so that places are right.
fn in_place(statement: &Statement, prefix: &str) -> String {
    let above = statement.line - 1;
    match prefix {
        "" => format!("{}{}", "\n".repeat(above), statement.text),
        _ => format!("{}{prefix}\n{}", "\n".repeat(above.saturating_sub(1)), statement.text),
    }
}

struct Done {
    rows: u64,
    skipped: u64,
    version: Option<u64>,
    batches: Vec<RecordBatch>,
}

/// The rows of a statement; writes answer with how many there were.
async fn collect(mut stream: SendableRecordBatchStream) -> Result<Done> {
    let mut batches = vec![];
    while let Some(batch) = stream.next().await {
        batches.push(batch?);
    }
    // A statement that only says what it did returns no rows of its own.
    let says =
        batches.first().is_some_and(|b| b.num_columns() == 1 && b.column_by_name("done").is_some());
    let all = batches.iter().map(RecordBatch::num_rows).sum::<usize>() as u64;
    let returned = if says { 0 } else { all };
    let answer = |name: &str| -> Option<u64> {
        let column = batches.first()?.column_by_name(name)?;
        column.as_primitive_opt::<UInt64Type>().map(|c| c.value(0))
    };
    let (rows, skipped) = (answer("rows").unwrap_or(returned), answer("skipped").unwrap_or(0));
    let version = answer("version");
    Ok(Done { rows, skipped, version, batches })
}

/// The table or model that a statement writes; without one, the script stands for it.
fn written_name(script: &Script, statement: &Statement) -> String {
    use crate::statement::Kind as Statement;
    let table = match &statement.kind {
        Statement::CreateTable(create) => crate::planner::table_name(&create.name),
        Statement::Insert(insert) => crate::planner::table_name(&insert.table),
        Statement::CreateModel(model) => {
            return format!("models.{}", crate::planner::normal(&model.name));
        }
        _ => return script.header.name.clone(),
    };
    table.map_or_else(|_| script.header.name.clone(), |name| name.to_string())
}

fn step_name(script: &Script, statement: &Statement) -> String {
    use crate::statement::Kind as Statement;
    match (script.header.kind.is_relation(), &statement.kind) {
        (true, _) => script.header.name.clone(),
        (_, Statement::Audit(audit)) => format!("audit {}", audit.name),
        (_, Statement::CreateModel(model)) => format!("model {}", model.name),
        (_, Statement::EmitDaily(_)) => "emit daily".to_string(),
        _ => {
            let first = statement.text.lines().next().unwrap_or_default();
            first.chars().take(40).collect()
        }
    }
}
