//! A run: one lock, one cut, one load instant; its steps are staged, then published together.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use datafusion::arrow::array::{AsArray, RecordBatch};
use datafusion::arrow::datatypes::UInt64Type;
use datafusion::common::ScalarValue;
use datafusion::execution::SendableRecordBatchStream;
use futures::StreamExt;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use trademl_catalog::{LEASE, LINEAGE, PipelineLock, RunRecord, Stage, StepRecord};

use super::header::Kind;
use super::identity::{bind, combined_hash, run_id, shown, types};
use super::load::{Script, load};
use super::observer::{Level, Outcome, RunObserver, StepReport};
use super::state::{Due, Made, State, content, inputs};
use super::steps::{Step, Work, steps};
use crate::engine::{Engine, Planned};
use crate::error::{Error, ErrorKind, Result};
use crate::lookahead::LookAhead;
use crate::planner::Target;
use crate::session::Session;
use crate::statement::Statement;

/// How often the progress of a step is told.
const TICK: Duration = Duration::from_millis(200);
/// How often a run begins anew because others wrote what it had written, before it gives up.
const ATTEMPTS: usize = 3;
/// How long a step waits before it tries again when the store fails.
const BACK_OFF: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(5)];

/// What a run is given.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// The cut of all reads; without one, the instant the run starts.
    pub as_of: Option<DateTime<Utc>>,
    /// Parameters by name, as text.
    pub parameters: BTreeMap<String, String>,
    /// Whether steps run that have nothing new to do.
    pub all: bool,
    /// What becomes of steps that see the future.
    pub look_ahead: LookAhead,
    /// Stops the run between batches.
    pub cancel: CancellationToken,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self {
            as_of: None,
            parameters: BTreeMap::new(),
            all: false,
            look_ahead: LookAhead::Deny,
            cancel: CancellationToken::new(),
        }
    }
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
/// its lock; another is refused with the holder's name. Only steps whose query or inputs changed run.
/// Nothing that they write is seen before all of it is; a run that failed or died is gone on with.
pub async fn run_script(
    engine: &Engine,
    path: &Path,
    options: RunOptions,
    observer: &dyn RunObserver,
) -> Result<RunReport> {
    let script = load(path)?;
    let steps = steps(&script)?;
    let (clock, started_at) = (Instant::now(), Utc::now());
    let as_of = options.as_of.or(engine.options().as_of);
    let parameters = bind(&script, &options.parameters)?;
    let run_id = run_id(engine, &script, &parameters, as_of).await?;
    let pipeline = script.header.name.replace('.', "-");
    let lake = engine.lake();
    let mut lock = PipelineLock::acquire(lake, &pipeline, &run_id).await?;
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
        parameter_types: json!(types(&parameters)),
        environment: lake.environment().map(ToOwned::to_owned),
        look_ahead: options.look_ahead.to_string(),
        as_of,
        table_versions: json!({}),
        rows: None,
        timings: json!({}),
        error: None,
    };
    if lock.was_abandoned() {
        let lost = lake.record_lost_runs(&record.pipeline, &run_id).await?;
        if lost > 0 {
            let text = format!("{lost} earlier run ended without a word; it is recorded as lost");
            observer.message(Level::Warning, &text);
        }
    }
    for run in lake.finish_publications().await? {
        let text = format!("run {run} had died while publishing; what was left to do is done");
        observer.message(Level::Warning, &text);
    }
    lake.record_run(&record).await?;
    let mut run = Run {
        engine,
        script: &script,
        observer,
        options: &options,
        run_id: run_id.clone(),
        pipeline,
        started_at,
        as_of: as_of.unwrap_or(started_at),
        parameters,
        published: State::load(lake, &script.header.name.replace('.', "-")).await?,
        steps: vec![],
        records: vec![],
        versions: BTreeMap::new(),
        result: vec![],
        total: steps.len(),
    };
    let outcome = run.all(&steps, &mut lock).await;
    let seconds = clock.elapsed().as_secs_f64();
    run.finish(record, &outcome).await;
    lock.release().await?;
    outcome?;
    Ok(RunReport { run_id, steps: run.steps, seconds, result: run.result })
}

/// Does work while the lock is held, and ends it when another takes the lock.
async fn holding<T>(lock: &mut PipelineLock, work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::pin!(work);
    let mut beat = tokio::time::interval(LEASE / 4);
    loop {
        tokio::select! {
            result = &mut work => return result,
            _ = beat.tick() => lock.heartbeat().await?,
        }
    }
}

struct Run<'a> {
    engine: &'a Engine,
    script: &'a Script,
    observer: &'a dyn RunObserver,
    options: &'a RunOptions,
    run_id: String,
    pipeline: String,
    started_at: DateTime<Utc>,
    as_of: DateTime<Utc>,
    parameters: BTreeMap<String, ScalarValue>,
    /// What readers see of earlier runs.
    published: State,
    steps: Vec<(String, StepReport)>,
    records: Vec<StepRecord>,
    versions: BTreeMap<String, u64>,
    result: Vec<RecordBatch>,
    total: usize,
}

/// Where the steps of one attempt work.
struct Bench {
    stage: Stage,
    session: Session,
    /// The same with the parameters' defaults, if others are given.
    defaults: Option<Session>,
    state: State,
}

impl Run<'_> {
    /// Makes and publishes everything, then does what has effects elsewhere.
    async fn all(&mut self, steps: &[Step<'_>], lock: &mut PipelineLock) -> Result<()> {
        let effects = steps.partition_point(|step| step.work != Work::Effect);
        let (work, effects) = steps.split_at(effects);
        let mut attempt = 1;
        let mut bench = loop {
            let mut bench = self.bench().await?;
            holding(lock, self.steps(work, &mut bench)).await?;
            // A lease that ran out unnoticed, as when the clock jumps, must not publish.
            lock.heartbeat().await?;
            match bench.stage.publish(&self.run_id).await {
                Ok(_) => break bench,
                Err(e) if e.kind == trademl_catalog::ErrorKind::Conflict => {
                    bench.stage.discard().await?;
                    if attempt == ATTEMPTS {
                        return Err(e.into());
                    }
                    self.observer.message(Level::Warning, &format!("begins anew: {}", e.message));
                }
                Err(e) => return Err(e.into()),
            }
            attempt += 1;
            self.steps.clear();
            self.versions.clear();
        };
        holding(lock, self.steps(effects, &mut bench)).await
    }

    /// Takes up what an earlier run has staged, unless others have written what it wrote.
    async fn bench(&self) -> Result<Bench> {
        let lake = self.engine.lake();
        let mut stage = lake.stage(&self.pipeline).await?;
        if let Some(conflict) = stage.conflict().await? {
            let text = format!("what an unfinished run had made is made anew: {conflict}");
            self.observer.message(Level::Warning, &text);
            stage.discard().await?;
            stage = lake.stage(&self.pipeline).await?;
        }
        let session = self.session(&stage, &self.parameters)?;
        let defaults = bind(self.script, &BTreeMap::new()).ok();
        let defaults = match defaults.filter(|defaults| *defaults != self.parameters) {
            Some(defaults) => Some(self.session(&stage, &defaults)?),
            None => None,
        };
        let state = State::load(stage.lake(), &self.pipeline).await?;
        Ok(Bench { stage, session, defaults, state })
    }

    fn session(
        &self,
        stage: &Stage,
        parameters: &BTreeMap<String, ScalarValue>,
    ) -> Result<Session> {
        let session = self.engine.session_on(stage.lake(), self.engine.options().access)?;
        session.set_as_of(Some(self.as_of))?;
        // One partition gives every floating-point sum one order, so a run's bits do not depend on
        // the number of threads; training uses them all, since its folds do not meet in a sum.
        session.set_option("datafusion.execution.target_partitions", "1")?;
        let mut settings = session.settings_mut();
        settings.ingested_at = Some(self.started_at);
        settings.source_uri = Some(self.script.path.display().to_string());
        settings.run_id = Some(self.run_id.clone());
        settings.look_ahead = self.options.look_ahead;
        settings.parameters.extend(parameters.clone());
        drop(settings);
        Ok(session)
    }

    async fn steps(&mut self, steps: &[Step<'_>], bench: &mut Bench) -> Result<()> {
        for step in steps {
            self.step(step, bench).await.map_err(|e| {
                let place = e.place.is_none().then(|| step.statement.place()).flatten();
                e.at(place).in_file(&step.script.path.display().to_string())
            })?;
        }
        Ok(())
    }

    async fn step(&mut self, step: &Step<'_>, bench: &mut Bench) -> Result<()> {
        let started_at = Utc::now();
        let clock = Instant::now();
        self.observer.step_started(&step.name, self.steps.len() + 1, self.total);
        let mut waits = BACK_OFF.iter();
        let done = loop {
            match self.work(step, bench).await {
                Err(e) if e.kind == ErrorKind::Storage => {
                    let Some(wait) = waits.next() else { break Err(e) };
                    let text = format!(
                        "{}: tries again in {} s: {}",
                        step.name,
                        wait.as_secs(),
                        e.message
                    );
                    self.observer.message(Level::Warning, &text);
                    tokio::time::sleep(*wait).await;
                }
                done => break done,
            }
        };
        let seconds = clock.elapsed().as_secs_f64();
        let (outcome, rows, skipped) = match &done {
            Ok(done) if done.rows == 0 && done.skipped > 0 => (Outcome::Unchanged, 0, done.skipped),
            Ok(done) if done.left_out => (Outcome::Unchanged, 0, done.skipped),
            Ok(done) => (Outcome::Succeeded, done.rows, done.skipped),
            Err(_) => (Outcome::Failed, 0, 0),
        };
        let report = StepReport { rows, skipped, seconds, outcome };
        self.observer.step_finished(&step.name, &report);
        let version = done.as_ref().ok().and_then(|done| done.version);
        if let Some(version) = version {
            let name = step.makes.clone().unwrap_or_else(|| step.script.header.name.clone());
            self.versions.insert(name, version);
        }
        let about = done.as_ref().ok();
        self.records.push(StepRecord {
            run_id: self.run_id.clone(),
            step: self.records.len() as u32 + 1,
            name: step.name.clone(),
            script: step.script.path.display().to_string(),
            started_at,
            seconds,
            outcome: outcome.to_string(),
            reason: about.map(|done| done.reason.clone()).unwrap_or_default(),
            statement: statement_of(step),
            plan_hash: about.and_then(|done| done.plan.clone()),
            inputs: about.map(|done| done.inputs.clone()).unwrap_or_default(),
            output_hash: about.and_then(|done| done.digest.clone()),
            rows: Some(rows),
            skipped: Some(skipped),
            table_version: version,
            error: done.as_ref().err().map(|e| e.message.clone()),
        });
        self.steps.push((step.name.clone(), report));
        done.map(|done| self.result = done.batches)
    }

    async fn work(&self, step: &Step<'_>, bench: &mut Bench) -> Result<Done> {
        let text = in_place(step.statement, "");
        for session in std::iter::once(&bench.session).chain(&bench.defaults) {
            session.settings_mut().declared = Some(step.script.header.lookahead);
        }
        match step.work {
            Work::Relation(Kind::View) => {
                let view = format!("CREATE OR REPLACE VIEW {} AS", step.id);
                return self
                    .statement(&bench.session, &in_place(step.statement, &view), step)
                    .await;
            }
            Work::Always => return self.statement(&bench.session, &text, step).await,
            Work::Effect => {
                use crate::statement::Kind as Sql;
                // Upkeep is of the lake itself, where everything is published by now.
                let base = matches!(step.statement.kind, Sql::Vacuum(_) | Sql::Optimize(_));
                let session = match base {
                    true => &self.engine.session()?,
                    false => &bench.session,
                };
                return self.statement(session, &text, step).await;
            }
            Work::Relation(_) | Work::Make | Work::Check => {}
        }
        let planned = self.planned(&bench.session, &text, step).await?;
        check_inputs(step, &planned)?;
        let plan = planned.meaning.digest();
        let meaning = match &bench.defaults {
            Some(defaults) => self.planned(defaults, &text, step).await?.meaning.digest(),
            None => plan.clone(),
        };
        let published = self.published.0.get(&step.id);
        check_version(step, published, &meaning, self.engine.lake().environment())?;
        let (contents, recorded) = inputs(&planned.meaning, self.as_of)?;
        let lake = bench.stage.lake();
        let (output, version) = match &step.makes {
            Some(name) => content(lake, name).await?,
            None => (None, None),
        };
        let before = bench.state.0.get(&step.id);
        let due = Made::due(before, &step.script.header, &plan, &contents, output.as_ref());
        let reason = match (due, self.options.all) {
            (Due::Because(reason), _) => reason,
            (Due::UpToDate, true) => "asked for".to_owned(),
            (Due::UpToDate, false) => {
                let skipped = before.map(|made| made.rows).unwrap_or_default();
                let reason = before.map(|made| format!("made by run {}", made.run_id));
                return Ok(Done {
                    left_out: true,
                    skipped,
                    version,
                    reason: reason.unwrap_or_default(),
                    plan: Some(plan),
                    inputs: recorded,
                    ..Done::default()
                });
            }
        };
        let done = match step.work {
            Work::Relation(Kind::PitTable) => self.pit_table(step, planned, bench).await?,
            Work::Relation(_) => {
                let table = format!("CREATE OR REPLACE TABLE {} AS", step.id);
                let text = in_place(step.statement, &table);
                self.statement(&bench.session, &text, step).await?
            }
            _ => self.execute(&bench.session, planned).await?,
        };
        let output = match &step.makes {
            Some(name) => content(lake, name).await?.0,
            None => None,
        };
        let made = Made {
            version: step.script.header.version,
            engine: env!("CARGO_PKG_VERSION").to_owned(),
            plan: plan.clone(),
            meaning,
            inputs: contents,
            output,
            rows: done.rows + done.skipped,
            run_id: self.run_id.clone(),
            at: Utc::now(),
        };
        bench.state.0.insert(step.id.clone(), made);
        bench.state.save(lake, &self.pipeline).await?;
        Ok(Done { reason, plan: Some(plan), inputs: recorded, ..done })
    }

    /// Appends the script's one SELECT to its table, which is created from its columns and grain.
    async fn pit_table(&self, step: &Step<'_>, planned: Planned, bench: &Bench) -> Result<Done> {
        let header = &step.script.header;
        let Some((event_time, key)) = header.grain.split_last().filter(|(_, key)| !key.is_empty())
        else {
            return Err(Error::usage(format!(
                "{}: a pit table's grain names key columns and last the event time, was '{}'",
                header.name,
                header.grain.join(", ")
            )));
        };
        let fields = planned.schema.fields();
        let definition = trademl_catalog::PitDefinition {
            name: header.name.parse()?,
            columns: fields
                .iter()
                .filter(|f| !LINEAGE.contains(&f.name().as_str()))
                .map(|f| f.as_ref().clone())
                .collect(),
            key: key.to_vec(),
            event_time: event_time.clone(),
            partition_by: vec![],
            knowledge: planned.knowledge.clone(),
        };
        let lake = bench.stage.lake();
        if let Some(there) = lake.table(&definition.name).await?
            && let Some(there) = there.definition()
        {
            let gone = there.columns.iter().find(|c| fields.find(c.name()).is_none());
            if let Some(gone) = gone {
                return Err(Error::usage(format!(
                    "{}: its query no longer gives the column '{}', which the table has; give it \
                     (as NULL, if there is nothing to say), or make a table of another name",
                    header.name,
                    gone.name()
                )));
            }
        }
        lake.create_pit_table(&definition, true).await?;
        let columns: Vec<_> = fields.iter().map(|f| format!("\"{}\"", f.name())).collect();
        let insert = format!("INSERT INTO {} ({})", header.name, columns.join(", "));
        self.statement(&bench.session, &in_place(step.statement, &insert), step).await
    }

    /// Plans a step; of one that makes a relation, its query.
    async fn planned(&self, session: &Session, text: &str, step: &Step<'_>) -> Result<Planned> {
        let event_time = match step.work {
            Work::Relation(Kind::PitTable) => step.script.header.grain.last().cloned(),
            _ => None,
        };
        let target = matches!(step.work, Work::Relation(_)).then_some(Target { event_time });
        self.plan(session, text, step.statement, target).await
    }

    async fn plan(
        &self,
        session: &Session,
        text: &str,
        at: &Statement,
        target: Option<Target>,
    ) -> Result<Planned> {
        let mut statement =
            self.engine.parse(text)?.pop().ok_or_else(|| Error::sql("the statement is empty"))?;
        // Places show the script, not the text made from it.
        statement.line = at.line;
        statement.source.clone_from(&at.source);
        let planned = self.engine.plan_into(session, statement, target).await?;
        for warning in &planned.warnings {
            self.observer.message(Level::Warning, warning);
        }
        Ok(planned)
    }

    async fn statement(&self, session: &Session, text: &str, step: &Step<'_>) -> Result<Done> {
        let planned = self.plan(session, text, step.statement, None).await?;
        self.execute(session, planned).await
    }

    async fn execute(&self, session: &Session, planned: Planned) -> Result<Done> {
        let execution = self.engine.execute(session, planned).await?;
        let cancel = execution.cancel.clone();
        let progress = execution.progress.clone();
        let collect = collect(execution.stream);
        tokio::pin!(collect);
        let mut tick = tokio::time::interval(TICK);
        loop {
            tokio::select! {
                done = &mut collect => return Ok(Done { digest: progress.digest(), ..done? }),
                _ = tick.tick() => self.observer.step_progress(&progress.snapshot()),
                () = self.options.cancel.cancelled() => {
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

/// Refuses a script that reads what its header does not name.
fn check_inputs(step: &Step<'_>, planned: &Planned) -> Result<()> {
    let header = &step.script.header;
    let Some(declared) = header.inputs.as_ref().filter(|_| header.kind != Kind::Pipeline) else {
        return Ok(());
    };
    let own = |name: &String| super::steps::makes(step.script).contains(name);
    let undeclared =
        planned.meaning.reads.keys().find(|name| !declared.contains(name) && !own(name));
    match undeclared {
        None => Ok(()),
        Some(name) => Err(Error::usage(format!(
            "{} reads {name}, which its inputs do not name; add it: -- inputs: {}",
            header.name,
            declared.iter().chain([name]).cloned().collect::<Vec<_>>().join(", ")
        ))),
    }
}

/// Refuses to give a published version another meaning.
fn check_version(
    step: &Step<'_>,
    published: Option<&Made>,
    meaning: &str,
    environment: Option<&str>,
) -> Result<()> {
    let header = &step.script.header;
    let same_version =
        |made: &&Made| made.version == header.version && made.engine == env!("CARGO_PKG_VERSION");
    let changed = published.filter(same_version).is_some_and(|made| made.meaning != meaning);
    if !changed || environment.is_some() || step.work == Work::Check {
        return Ok(());
    }
    Err(Error::usage(format!(
        "{}: what it makes has changed since version {} was published; raise it to -- version: {}, \
         or try it beside with --env",
        header.name,
        header.version,
        header.version + 1
    )))
}

/// What a step runs, as a statement that says by itself what it makes.
fn statement_of(step: &Step<'_>) -> String {
    let text = &step.statement.text;
    match step.work {
        Work::Relation(Kind::PitTable) => format!("INSERT INTO {}\n{text}", step.id),
        Work::Relation(Kind::View) => format!("CREATE OR REPLACE VIEW {} AS\n{text}", step.id),
        Work::Relation(_) => format!("CREATE OR REPLACE TABLE {} AS\n{text}", step.id),
        _ => text.clone(),
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

#[derive(Default)]
struct Done {
    rows: u64,
    skipped: u64,
    version: Option<u64>,
    batches: Vec<RecordBatch>,
    /// Whether there was nothing to do.
    left_out: bool,
    reason: String,
    plan: Option<String>,
    inputs: Value,
    digest: Option<String>,
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
    Ok(Done { rows, skipped, version, batches, ..Done::default() })
}
