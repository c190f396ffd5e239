//! Deriving again what a recorded run made: its statements over the versions that it read, with its
//! parameters and its cut, compared by digest.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::datatypes::{Int64Type, TimestampMicrosecondType};
use datafusion::common::ScalarValue;
use datafusion::physical_plan::execute_stream;
use futures::TryStreamExt;
use serde_json::Value;
use trademl_catalog::RowDigest;

use super::identity::typed;
use super::observer::{Outcome, RunObserver, StepReport};
use crate::engine::Engine;
use crate::error::{Error, ErrorKind, Result};
use crate::lookahead::LookAhead;
use crate::session::Session;
use crate::statement::Kind as Sql;

/// What a verification found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VerifyReport {
    /// Steps that gave the same bits.
    pub same: Vec<String>,
    /// Steps that did not.
    pub different: Vec<String>,
}

/// A run as its record tells it.
struct Recorded {
    started_at: DateTime<Utc>,
    as_of: Option<DateTime<Utc>>,
    engine_version: String,
    parameters: BTreeMap<String, ScalarValue>,
}

/// A step that made something.
struct Step {
    name: String,
    statement: String,
    inputs: Value,
    output_hash: String,
    version: Option<u64>,
}

/// Makes again, with so many partitions, what a run made, and compares. Nothing is kept.
///
/// # Errors
///
/// If there is no such run, it was made by another engine, or the versions that it read are gone.
pub async fn verify_run(
    engine: &Engine,
    run_id: &str,
    partitions: usize,
    observer: &dyn RunObserver,
) -> Result<VerifyReport> {
    let session = engine.session()?;
    session.set_parameter("id", ScalarValue::from(run_id));
    let run = recorded_run(engine, &session, run_id).await?;
    if run.engine_version != env!("CARGO_PKG_VERSION") {
        return Err(Error::usage(format!(
            "run {run_id} was made by engine {}, this is {}; verify it with that one",
            run.engine_version,
            env!("CARGO_PKG_VERSION")
        )));
    }
    let steps = recorded_steps(engine, &session).await?;
    if steps.is_empty() {
        return Err(Error::usage(format!(
            "run {run_id} made nothing that could be derived again: what it would have made was there \
             already; ops.steps says in its reasons which runs made it"
        )));
    }
    let mut report = VerifyReport::default();
    for (i, step) in steps.iter().enumerate() {
        observer.step_started(&step.name, i + 1, steps.len());
        let clock = std::time::Instant::now();
        let again = derive(engine, &run, step, run_id, partitions).await;
        let (outcome, rows) = match &again {
            Ok((digest, rows)) if *digest == step.output_hash => (Outcome::Succeeded, *rows),
            Ok((_, rows)) => (Outcome::Failed, *rows),
            Err(_) => (Outcome::Failed, 0),
        };
        let seconds = clock.elapsed().as_secs_f64();
        observer.step_finished(&step.name, &StepReport { rows, skipped: 0, seconds, outcome });
        let (digest, _) = again?;
        match digest == step.output_hash {
            true => report.same.push(step.name.clone()),
            false => report.different.push(step.name.clone()),
        }
    }
    Ok(report)
}

/// The digest of what a step makes, and its rows.
async fn derive(
    engine: &Engine,
    run: &Recorded,
    step: &Step,
    run_id: &str,
    partitions: usize,
) -> Result<(String, u64)> {
    let mut pins = BTreeMap::new();
    for (name, input) in step.inputs.as_object().into_iter().flatten() {
        if let Some(version) = input["version"].as_u64() {
            pins.insert(name.clone(), version);
        }
        let file = input["version"].is_null() && name != "now()";
        if file
            && super::state::file_content(name)? != input["content"].as_str().unwrap_or_default()
        {
            return Err(Error::usage(format!(
                "{}: '{name}' is not the file that run {run_id} read; put that one back",
                step.name
            )));
        }
    }
    let parsed = engine.parse(&step.statement)?.pop();
    let mut statement = parsed.ok_or_else(|| Error::sql("the recorded statement is empty"))?;
    if let (Sql::Insert(insert), Some(version)) = (&statement.kind, step.version) {
        // Its columns are those that the table had then.
        pins.insert(crate::names::table_name(&insert.table)?.to_string(), version);
    }
    statement.line = 1;
    let lake = engine.lake().as_of_versions(pins);
    let session = engine.session_on(&lake, engine.options().access)?;
    session.set_as_of(Some(run.as_of.unwrap_or(run.started_at)))?;
    session.set_option("datafusion.execution.target_partitions", &partitions.to_string())?;
    {
        let mut settings = session.settings_mut();
        settings.ingested_at = Some(run.started_at);
        settings.run_id = Some(run_id.to_owned());
        settings.look_ahead = LookAhead::Off;
        settings.parameters.extend(run.parameters.clone());
    }
    let is_model = matches!(statement.kind, Sql::CreateModel(_));
    let planned = engine.plan(&session, statement).await?;
    let done = match is_model {
        true => {
            let execution = engine.execute(&session, planned).await?;
            let progress = execution.progress.clone();
            let rows: Vec<RecordBatch> = execution.stream.try_collect().await?;
            let trained = rows.first().and_then(|b| b.column_by_name("rows").cloned());
            let trained = trained.map_or(0, |rows| {
                rows.as_primitive::<datafusion::arrow::datatypes::UInt64Type>().value(0)
            });
            Ok((progress.digest().unwrap_or_default(), trained))
        }
        false => rows_of(&session, planned).await,
    };
    engine.lake().drop_layer(&lake).await?;
    done
}

/// The digest of the rows that a statement would write.
async fn rows_of(session: &Session, planned: crate::Planned) -> Result<(String, u64)> {
    let query = planned.plan.inputs().first().copied().cloned();
    let query = query.ok_or_else(|| Error::sql("the recorded statement has no query"))?;
    let (state, _) = session.state()?;
    let plan = state.create_physical_plan(&query).await?;
    let (mut rows, digest) = RowDigest::of(execute_stream(plan, state.task_ctx())?)?;
    let mut count = 0;
    while let Some(batch) = rows.try_next().await? {
        count += batch.num_rows() as u64;
    }
    Ok((digest.finish(), count))
}

async fn recorded_run(engine: &Engine, session: &Session, run_id: &str) -> Result<Recorded> {
    let sql = "SELECT started_at, as_of, engine_version, parameters, parameter_types, outcome \
               FROM ops.runs WHERE run_id = $id AND outcome = 'succeeded' \
               ORDER BY started_at DESC LIMIT 1";
    let rows = engine.run(session, sql).await?;
    let Some(row) = rows.iter().find(|batch| batch.num_rows() > 0) else {
        return Err(Error::usage(format!(
            "no run '{run_id}' has succeeded here; SELECT run_id, started_at, outcome FROM ops.runs \
             lists them"
        )));
    };
    let text = |name: &str| {
        let column = row.column_by_name(name).and_then(|c| c.as_string_opt::<i32>());
        column.filter(|c| c.is_valid(0)).map(|c| c.value(0).to_owned())
    };
    let instant = |name: &str| {
        let column = row.column_by_name(name)?.as_primitive_opt::<TimestampMicrosecondType>()?;
        column.is_valid(0).then(|| DateTime::from_timestamp_micros(column.value(0)))?
    };
    let damaged =
        || Error::new(ErrorKind::Storage, format!("the record of run {run_id} is damaged"));
    let parameters = typed(
        &text("parameters").unwrap_or_default(),
        &text("parameter_types").unwrap_or_default(),
    )
    .ok_or_else(damaged)?;
    Ok(Recorded {
        started_at: instant("started_at").ok_or_else(damaged)?,
        as_of: instant("as_of"),
        engine_version: text("engine_version").unwrap_or_default(),
        parameters,
    })
}

/// The last time that each step of the run made something.
async fn recorded_steps(engine: &Engine, session: &Session) -> Result<Vec<Step>> {
    let sql = "SELECT name, statement, inputs, output_hash, table_version FROM ( \
                 SELECT *, row_number() OVER (PARTITION BY name ORDER BY started_at DESC) AS nth \
                 FROM ops.steps WHERE run_id = $id AND output_hash IS NOT NULL) AS made \
               WHERE nth = 1 ORDER BY started_at, step";
    let batches = engine.run(session, sql).await?;
    let mut steps = vec![];
    for batch in &batches {
        let text = |i: usize, row: usize| batch.column(i).as_string::<i32>().value(row).to_owned();
        let versions = batch.column(4).as_primitive::<Int64Type>();
        for row in 0..batch.num_rows() {
            steps.push(Step {
                name: text(0, row),
                statement: text(1, row),
                inputs: serde_json::from_str(&text(2, row)).unwrap_or_default(),
                output_hash: text(3, row),
                version: versions.is_valid(row).then(|| versions.value(row) as u64),
            });
        }
    }
    Ok(steps)
}
