//! How a step is planned, found to be due, and done.

use chrono::Utc;
use datafusion::arrow::array::{AsArray, RecordBatch};
use datafusion::arrow::datatypes::UInt64Type;
use datafusion::execution::SendableRecordBatchStream;
use futures::StreamExt;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use trademl_catalog::LINEAGE;

use super::header::Kind;
use super::observer::Level;
use super::ranges::{self, Range};
use super::runner::{Bench, Run};
use super::state::{Due, Made, content, inputs};
use super::steps::{Step, Work};
use crate::engine::Planned;
use crate::error::{Error, ErrorKind, Result};
use crate::planner::Target;
use crate::session::Session;
use crate::statement::Statement;

/// How often the progress of a step is told.
const TICK: Duration = Duration::from_millis(200);

/// A step that is planned.
pub(super) struct Ready {
    pub planned: Planned,
    /// Digest of its plan, parameters in place.
    pub plan: String,
    /// Digest of its words with the parameters' defaults.
    pub meaning: String,
    /// The content of what it reads, by name.
    pub contents: BTreeMap<String, String>,
    /// The same with versions, for the record.
    pub recorded: Value,
    /// The version of what it makes, if that is there.
    pub version: Option<u64>,
    pub due: Due,
    /// The ranges of time that are missing, where it is made so.
    pub missing: Option<Vec<Range>>,
    /// What an earlier run made by the same query.
    pub ranges: BTreeSet<String>,
}

impl Run<'_> {
    /// Plans a step that makes or checks something, and finds out whether it is due.
    pub async fn ready(&self, step: &Step<'_>, bench: &Bench) -> Result<Ready> {
        let header = &step.script.header;
        let text = in_place(step.statement, "");
        let text = if header.unit.is_some() { Range::ANY.within(&text) } else { text };
        bench.declare(step);
        let planned = self.planned(&bench.session, &text, step).await?;
        check_inputs(step, &planned)?;
        check_order(step, &planned)?;
        let plan = planned.meaning.plan();
        let meaning = match &bench.defaults {
            Some(defaults) => self.planned(defaults, &text, step).await?.meaning.words(),
            None => planned.meaning.words(),
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
        let mut due = Made::due(before, header, &plan, &contents, output.as_ref());
        let (mut missing, mut ranges) = (None, BTreeSet::new());
        if let Some(unit) = header.unit {
            // What it reads grows with time; which ranges of it are done is what counts.
            let before = before.filter(|made| output.is_some() && made.stands_for(header, &plan));
            let found = self.missing(step, unit, &planned, before)?;
            due = match (before, found.is_empty()) {
                (Some(_), true) => Due::UpToDate,
                (Some(_), false) => Due::Because(ranges::shown(&found)),
                (None, _) => due,
            };
            ranges = before.map(|made| made.ranges.clone()).unwrap_or_default();
            missing = Some(found);
        }
        Ok(Ready { planned, plan, meaning, contents, recorded, version, due, missing, ranges })
    }

    pub async fn work(&self, step: &Step<'_>, bench: &mut Bench) -> Result<Done> {
        let text = in_place(step.statement, "");
        bench.declare(step);
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
        let ready = self.ready(step, bench).await?;
        let before = bench.state.0.get(&step.id);
        let reason = match (ready.due, self.options.all) {
            (Due::Because(reason), _) => reason,
            (Due::UpToDate, true) => "asked for".to_owned(),
            (Due::UpToDate, false) => {
                let skipped = before.map(|made| made.rows).unwrap_or_default();
                let reason = before.map(|made| format!("made by run {}", made.run_id));
                return Ok(Done {
                    left_out: true,
                    skipped,
                    version: ready.version,
                    reason: reason.unwrap_or_default(),
                    plan: Some(ready.plan),
                    inputs: ready.recorded,
                    ..Done::default()
                });
            }
        };
        let made = Made {
            version: step.script.header.version,
            engine: env!("CARGO_PKG_VERSION").to_owned(),
            plan: ready.plan.clone(),
            meaning: ready.meaning,
            inputs: ready.contents,
            output: None,
            ranges: ready.ranges,
            rows: 0,
            run_id: self.run_id.clone(),
            at: Utc::now(),
        };
        if let Some(missing) = ready.missing {
            let columns = self.create_pit_table(step, &ready.planned, bench).await?;
            let done = self.make_ranges(step, missing, made, &columns, bench).await?;
            return Ok(Done { reason, plan: Some(ready.plan), inputs: ready.recorded, ..done });
        }
        let done = match step.work {
            Work::Relation(Kind::PitTable) => self.pit_table(step, ready.planned, bench).await?,
            Work::Relation(_) => {
                let table = format!("CREATE OR REPLACE TABLE {} AS", step.id);
                let text = in_place(step.statement, &table);
                self.statement(&bench.session, &text, step).await?
            }
            _ => self.execute(&bench.session, ready.planned).await?,
        };
        let lake = bench.stage.lake();
        let output = match &step.makes {
            Some(name) => content(lake, name).await?.0,
            None => None,
        };
        let made = Made { output, rows: done.rows + done.skipped, ..made };
        bench.state.0.insert(step.id.clone(), made);
        bench.state.save(lake, &self.pipeline).await?;
        Ok(Done { reason, plan: Some(ready.plan), inputs: ready.recorded, ..done })
    }

    /// Appends the script's one SELECT to its table.
    async fn pit_table(&self, step: &Step<'_>, planned: Planned, bench: &Bench) -> Result<Done> {
        let columns = self.create_pit_table(step, &planned, bench).await?;
        // What runs says by itself what it makes, so that it can be verified.
        let insert = format!("INSERT INTO {} ({columns})", step.id);
        let done = self.statement(&bench.session, &in_place(step.statement, &insert), step).await?;
        Ok(Done { statement: Some(format!("{insert}\n{}", step.statement.text)), ..done })
    }

    /// Creates the table of a script from its columns and grain, unless it is there; gives the columns
    /// of the query as a list.
    async fn create_pit_table(
        &self,
        step: &Step<'_>,
        planned: &Planned,
        bench: &Bench,
    ) -> Result<String> {
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
            surface: None,
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
        Ok(columns.join(", "))
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

    pub async fn statement(&self, session: &Session, text: &str, step: &Step<'_>) -> Result<Done> {
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
}

/// Refuses what would come out otherwise if rows came in another order.
fn check_order(step: &Step<'_>, planned: &Planned) -> Result<()> {
    let Some(sketch) = &planned.meaning.sketch else { return Ok(()) };
    let exact = if sketch == "approx_median" { "median" } else { "percentile_cont" };
    Err(Error::sql(format!(
        "{}: {sketch} depends on the order in which rows come, which no run promises; use {exact}",
        step.script.header.name
    )))
}

/// Refuses a script that reads what its header does not name.
fn check_inputs(step: &Step<'_>, planned: &Planned) -> Result<()> {
    let header = &step.script.header;
    let Some(declared) = header.inputs.as_ref().filter(|_| header.kind != Kind::Pipeline) else {
        return Ok(());
    };
    let own = |name: &String| super::steps::makes(step.script).contains(name);
    // The engine's own records are nobody's input.
    let own = |name: &String| own(name) || name.starts_with("ops.");
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
pub(super) fn statement_of(step: &Step<'_>) -> String {
    let text = &step.statement.text;
    match step.work {
        Work::Relation(Kind::View) => format!("CREATE OR REPLACE VIEW {} AS\n{text}", step.id),
        Work::Relation(_) => format!("CREATE OR REPLACE TABLE {} AS\n{text}", step.id),
        _ => text.clone(),
    }
}

/// A statement's text behind a prefix, on the lines it has in its script, so that places are right.
pub(super) fn in_place(statement: &Statement, prefix: &str) -> String {
    let above = statement.line - 1;
    match prefix {
        "" => format!("{}{}", "\n".repeat(above), statement.text),
        _ => format!("{}{prefix}\n{}", "\n".repeat(above.saturating_sub(1)), statement.text),
    }
}

/// What a step did.
#[derive(Default)]
pub(super) struct Done {
    pub rows: u64,
    pub skipped: u64,
    pub version: Option<u64>,
    pub batches: Vec<RecordBatch>,
    /// Whether there was nothing to do.
    pub left_out: bool,
    pub reason: String,
    pub plan: Option<String>,
    pub inputs: Value,
    pub digest: Option<String>,
    /// What ran, where that is not the step's own text.
    pub statement: Option<String>,
    /// What was done in ranges of time: each range, its seconds, and what was done.
    pub parts: Vec<(String, f64, Done)>,
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
