//! A run: one lock, one cut, one load instant; its steps are staged, then published together.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDate, Utc};
use datafusion::arrow::array::RecordBatch;
use datafusion::common::ScalarValue;
use serde_json::json;
use tokio_util::sync::CancellationToken;
use trademl_catalog::{LEASE, PipelineLock, RunRecord, Stage, StepRecord};

use super::identity::{bind, combined_hash, run_id, shown, types};
use super::load::{Script, load};
use super::observer::{Level, Outcome, RunObserver, StepReport};
use super::state::State;
use super::steps::{Step, Work, steps};
use super::work::statement_of;
use crate::engine::Engine;
use crate::error::{ErrorKind, Result};
use crate::lookahead::LookAhead;
use crate::session::Session;

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
    /// Of tables made in ranges of time only those from this day on.
    pub start: Option<NaiveDate>,
    /// And only those before this day.
    pub end: Option<NaiveDate>,
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
            start: None,
            end: None,
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
    let published = State::load(lake, &pipeline).await?;
    let mut run = Run::new(engine, &script, observer, &options, parameters, started_at, published);
    run.run_id.clone_from(&run_id);
    run.total = steps.len();
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

pub(super) struct Run<'a> {
    pub engine: &'a Engine,
    pub script: &'a Script,
    pub observer: &'a dyn RunObserver,
    pub options: &'a RunOptions,
    pub run_id: String,
    pub pipeline: String,
    pub started_at: DateTime<Utc>,
    pub as_of: DateTime<Utc>,
    pub parameters: BTreeMap<String, ScalarValue>,
    /// What readers see of earlier runs.
    pub published: State,
    pub steps: Vec<(String, StepReport)>,
    pub records: Vec<StepRecord>,
    pub versions: BTreeMap<String, u64>,
    pub result: Vec<RecordBatch>,
    pub total: usize,
}

/// Where the steps of one attempt work.
pub(super) struct Bench {
    pub stage: Stage,
    pub session: Session,
    /// The same with the parameters' defaults, if others are given.
    pub defaults: Option<Session>,
    pub state: State,
}

impl Bench {
    /// Lets the sessions know what the step's script says it looks at.
    pub fn declare(&self, step: &Step<'_>) {
        for session in std::iter::once(&self.session).chain(&self.defaults) {
            session.settings_mut().declared = Some(step.script.header.lookahead);
        }
    }
}

impl<'a> Run<'a> {
    /// Nothing done yet, under no id.
    pub fn new(
        engine: &'a Engine,
        script: &'a Script,
        observer: &'a dyn RunObserver,
        options: &'a RunOptions,
        parameters: BTreeMap<String, ScalarValue>,
        started_at: DateTime<Utc>,
        published: State,
    ) -> Self {
        Self {
            engine,
            script,
            observer,
            options,
            run_id: "none".to_owned(),
            pipeline: script.header.name.replace('.', "-"),
            started_at,
            as_of: options.as_of.or(engine.options().as_of).unwrap_or(started_at),
            parameters,
            published,
            steps: vec![],
            records: vec![],
            versions: BTreeMap::new(),
            result: vec![],
            total: 0,
        }
    }

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
    pub async fn bench(&self) -> Result<Bench> {
        let lake = self.engine.lake();
        let mut stage = lake.stage(&self.pipeline).await?;
        if let Some(conflict) = stage.conflict().await? {
            let text = format!("what an unfinished run had made is made anew: {conflict}");
            self.observer.message(Level::Warning, &text);
            stage.discard().await?;
            stage = lake.stage(&self.pipeline).await?;
        }
        self.bench_on(stage).await
    }

    pub async fn bench_on(&self, stage: Stage) -> Result<Bench> {
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
        for (range, seconds, part) in about.iter().flat_map(|done| &done.parts) {
            self.records.push(StepRecord {
                run_id: self.run_id.clone(),
                step: self.records.len() as u32 + 1,
                name: format!("{} {range}", step.name),
                script: step.script.path.display().to_string(),
                started_at,
                seconds: *seconds,
                outcome: Outcome::Succeeded.to_string(),
                reason: format!("range {range}"),
                statement: part.statement.clone().unwrap_or_default(),
                plan_hash: about.and_then(|done| done.plan.clone()),
                inputs: about.map(|done| done.inputs.clone()).unwrap_or_default(),
                output_hash: part.digest.clone(),
                rows: Some(part.rows),
                skipped: Some(part.skipped),
                table_version: part.version,
                error: None,
            });
        }
        self.records.push(StepRecord {
            run_id: self.run_id.clone(),
            step: self.records.len() as u32 + 1,
            name: step.name.clone(),
            script: step.script.path.display().to_string(),
            started_at,
            seconds,
            outcome: outcome.to_string(),
            reason: about.map(|done| done.reason.clone()).unwrap_or_default(),
            statement: about
                .and_then(|done| done.statement.clone())
                .unwrap_or_else(|| statement_of(step)),
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
