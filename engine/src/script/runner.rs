//! A run: one lock, one cut, one load instant, each step reported and recorded.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use datafusion::arrow::array::{AsArray, RecordBatch};
use datafusion::arrow::datatypes::UInt64Type;
use datafusion::execution::SendableRecordBatchStream;
use futures::StreamExt;
use serde_json::json;
use tokio_util::sync::CancellationToken;
use trademl_catalog::{LEASE, LINEAGE, PipelineLock, RunRecord, StepRecord};

use super::header::Kind;
use super::identity::{bind, combined_hash, run_id, shown};
use super::load::{Item, Script, load};
use super::observer::{Level, Outcome, RunObserver, StepReport};
use crate::engine::Engine;
use crate::error::{Error, ErrorKind, Result};
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
    if lock.was_abandoned() {
        let lost = engine.lake().record_lost_runs(&record.pipeline, &run_id).await?;
        if lost > 0 {
            let text = format!("{lost} earlier run ended without a word; it is recorded as lost");
            observer.message(Level::Warning, &text);
        }
    }
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
