//! What ran, when, on what and with which outcome: `ops.runs` and `ops.steps`, point-in-time
//! tables like any other, so that a run's end is a revision of its start.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use datafusion::arrow::array::{
    Array as _, ArrayRef, AsArray as _, Float64Array, Int32Array, Int64Array, RecordBatch,
    StringArray, TimestampMicrosecondArray, UInt32Array,
};
use datafusion::arrow::compute::{concat_batches, take_record_batch};
use datafusion::arrow::datatypes::{Field, Schema};
use datafusion::common::Column;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{Expr, lit};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use serde_json::Value;

use crate::definition::{KNOWN_AT, LINEAGE};
use crate::knowledge::Knowledge;
use crate::lake::Lake;
use crate::types::instant;
use crate::{CommitId, Lineage, PitDefinition, Result, TableName};

/// One execution of a pipeline.
#[derive(Debug, Clone, PartialEq)]
pub struct RunRecord {
    /// Hash of plan, table versions, parameters, engine version and seed.
    pub run_id: String,
    /// The pipeline's name.
    pub pipeline: String,
    /// The script's path.
    pub script: String,
    /// Digest of the script and all it includes.
    pub script_hash: String,
    /// With `run_id`, what names the execution.
    pub started_at: DateTime<Utc>,
    /// `None` while it runs.
    pub finished_at: Option<DateTime<Utc>>,
    /// `running`, `succeeded`, `failed`, `cancelled`, or `lost` if its process died.
    pub outcome: String,
    /// Version of the engine.
    pub engine_version: String,
    /// Parameters by name.
    pub parameters: Value,
    /// Their types by name.
    pub parameter_types: Value,
    /// Where it was published; `None` is the lake itself.
    pub environment: Option<String>,
    /// What became of look-ahead: `deny`, `warn` or `off`.
    pub look_ahead: String,
    /// The knowledge cut, if there was one.
    pub as_of: Option<DateTime<Utc>>,
    /// Delta versions read and written, by table.
    pub table_versions: Value,
    /// Rows written in all.
    pub rows: Option<u64>,
    /// Seconds by step.
    pub timings: Value,
    /// The message, if it failed.
    pub error: Option<String>,
}

/// One statement of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct StepRecord {
    /// The run's id.
    pub run_id: String,
    /// Position in the run, from 1.
    pub step: u32,
    /// What it is called in messages, for example the table it writes.
    pub name: String,
    /// The script it is in.
    pub script: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// How long it took.
    pub seconds: f64,
    /// `succeeded`, `unchanged` or `failed`.
    pub outcome: String,
    /// Why it ran, or why not.
    pub reason: String,
    /// The statement, with the words that make it a table's.
    pub statement: String,
    /// Digest of the statement's meaning.
    pub plan_hash: Option<String>,
    /// What it read, by name: content, and version where it is a table.
    pub inputs: Value,
    /// Digest of the rows or the model that it made.
    pub output_hash: Option<String>,
    /// Rows written or returned.
    pub rows: Option<u64>,
    /// Rows that were there already.
    pub skipped: Option<u64>,
    /// Version of the table it wrote.
    pub table_version: Option<u64>,
    /// The message, if it failed.
    pub error: Option<String>,
}

impl Lake {
    /// Records the start of a run, or its end over its start.
    pub async fn record_run(&self, run: &RunRecord) -> Result<()> {
        let text = |value: &str| -> ArrayRef { Arc::new(StringArray::from(vec![value])) };
        let optional =
            |value: Option<&str>| -> ArrayRef { Arc::new(StringArray::from(vec![value])) };
        let rows = run.rows.and_then(|n| i64::try_from(n).ok());
        let columns = vec![
            ("run_id", text(&run.run_id)),
            ("started_at", instants(&[Some(run.started_at)])),
            ("pipeline", text(&run.pipeline)),
            ("script", text(&run.script)),
            ("script_hash", text(&run.script_hash)),
            ("finished_at", instants(&[run.finished_at])),
            ("outcome", text(&run.outcome)),
            ("engine_version", text(&run.engine_version)),
            ("parameters", text(&run.parameters.to_string())),
            ("parameter_types", text(&run.parameter_types.to_string())),
            ("environment", optional(run.environment.as_deref())),
            ("look_ahead", text(&run.look_ahead)),
            ("user", optional(user().as_deref())),
            ("as_of", instants(&[run.as_of])),
            ("table_versions", text(&run.table_versions.to_string())),
            ("rows", Arc::new(Int64Array::from(vec![rows])) as ArrayRef),
            ("timings", text(&run.timings.to_string())),
            ("error", optional(run.error.as_deref())),
            ("host", text(&crate::lock::host())),
            ("pid", Arc::new(Int64Array::from(vec![i64::from(std::process::id())])) as ArrayRef),
        ];
        self.record("runs", &["run_id"], columns).await
    }

    /// Marks the runs of a pipeline that are recorded as running as lost: for whoever has taken the
    /// pipeline's lock over from a process that died. Gives their number.
    pub async fn record_lost_runs(&self, pipeline: &str, found_by: &str) -> Result<u64> {
        let name = TableName::new("ops", "runs")?;
        let Some(table) = self.table(&name).await? else { return Ok(0) };
        let ours = Expr::Column(Column::new_unqualified("pipeline")).eq(lit(pipeline));
        let batches = self.workbench().read(table.provider(), ours).await?;
        let runs = concat_batches(&table.schema(), &batches).map_err(DataFusionError::from)?;
        let text = |name: &str| runs.column_by_name(name).map(|c| c.as_string::<i32>().clone());
        let started = runs.column_by_name("started_at").map(|c| c.as_primitive().clone());
        let (Some(id), Some(outcome), Some(started)) = (text("run_id"), text("outcome"), started)
        else {
            return Ok(0);
        };
        let started: TimestampMicrosecondArray = started;
        // The end of a run is a revision of its start.
        let run = |row: usize| (id.value(row), started.value(row));
        let over = |row: &usize| outcome.value(*row) != "running";
        let ended: HashSet<_> = (0..runs.num_rows()).filter(over).map(run).collect();
        let lost = (0..runs.num_rows()).filter(|row| !ended.contains(&run(*row)));
        let lost = UInt32Array::from_iter_values(lost.map(|row| row as u32));
        if lost.is_empty() {
            return Ok(0);
        }
        let runs = take_record_batch(&runs, &lost).map_err(DataFusionError::from)?;
        let error = format!("its process ended without a word; found by run {found_by}");
        let says = |text: &str| -> ArrayRef { Arc::new(StringArray::from(vec![text; lost.len()])) };
        let columns = runs.schema_ref().fields().iter().zip(runs.columns());
        let columns = columns.filter(|(field, _)| !LINEAGE.contains(&field.name().as_str()));
        let columns = columns.map(|(field, column)| match field.name().as_str() {
            "outcome" => ("outcome", says("lost")),
            "error" => ("error", says(&error)),
            name => (name, Arc::clone(column)),
        });
        self.record("runs", &["run_id"], columns.collect()).await?;
        Ok(lost.len() as u64)
    }

    /// Records finished steps.
    pub async fn record_steps(&self, steps: &[StepRecord]) -> Result<()> {
        if steps.is_empty() {
            return Ok(());
        }
        let text = |value: fn(&StepRecord) -> Option<&str>| -> ArrayRef {
            Arc::new(steps.iter().map(value).collect::<StringArray>())
        };
        let count = |value: fn(&StepRecord) -> Option<u64>| -> ArrayRef {
            let counts = steps.iter().map(|s| value(s).and_then(|n| i64::try_from(n).ok()));
            Arc::new(counts.collect::<Int64Array>())
        };
        let inputs: ArrayRef =
            Arc::new(steps.iter().map(|s| Some(s.inputs.to_string())).collect::<StringArray>());
        let started: Vec<_> = steps.iter().map(|s| Some(s.started_at)).collect();
        let numbers = steps.iter().map(|s| i32::try_from(s.step).ok()).collect::<Int32Array>();
        let seconds = steps.iter().map(|s| s.seconds.is_finite().then_some(s.seconds));
        let columns = vec![
            ("run_id", text(|s| Some(&s.run_id))),
            ("step", Arc::new(numbers) as ArrayRef),
            ("started_at", instants(&started)),
            ("name", text(|s| Some(&s.name))),
            ("script", text(|s| Some(&s.script))),
            ("seconds", Arc::new(seconds.collect::<Float64Array>()) as ArrayRef),
            ("outcome", text(|s| Some(&s.outcome))),
            ("reason", text(|s| Some(&s.reason))),
            ("statement", text(|s| Some(&s.statement))),
            ("plan_hash", text(|s| s.plan_hash.as_deref())),
            ("inputs", inputs),
            ("output_hash", text(|s| s.output_hash.as_deref())),
            ("rows", count(|s| s.rows)),
            ("skipped", count(|s| s.skipped)),
            ("table_version", count(|s| s.table_version)),
            ("error", text(|s| s.error.as_deref())),
        ];
        self.record("steps", &["run_id", "step"], columns).await
    }

    /// Appends rows to a point-in-time table of `ops` with event time `started_at`, creating it
    /// if needed. They are known now.
    pub(crate) async fn record(
        &self,
        table: &str,
        key: &[&str],
        columns: Vec<(&str, ArrayRef)>,
    ) -> Result<()> {
        let name = TableName::new("ops", table)?;
        let (mut fields, mut arrays): (Vec<Field>, Vec<ArrayRef>) = columns
            .into_iter()
            .map(|(name, array)| (Field::new(name, array.data_type().clone(), true), array))
            .unzip();
        let definition = PitDefinition {
            name: name.clone(),
            columns: fields.clone(),
            key: key.iter().map(ToString::to_string).collect(),
            event_time: "started_at".into(),
            partition_by: vec![],
            knowledge: Knowledge::default(),
            surface: None,
        };
        match self.table(&name).await? {
            None => drop(self.create_pit_table(&definition, true).await?),
            // A lake of an earlier engine lacks columns of this one.
            Some(table) => {
                for field in fields.iter().filter(|f| table.schema().index_of(f.name()).is_err()) {
                    self.add_column(&name, field, true, &CommitId::unique()).await?;
                }
            }
        }
        let now = Utc::now();
        let rows = arrays.first().map_or(0, |a| a.len());
        fields.push(Field::new(KNOWN_AT, instant(), true));
        arrays.push(instants(&vec![Some(now); rows]));
        let schema = Arc::new(Schema::new(fields));
        let batch =
            RecordBatch::try_new(Arc::clone(&schema), arrays).map_err(DataFusionError::from)?;
        let input = RecordBatchStreamAdapter::new(schema, futures::stream::iter([Ok(batch)]));
        let lineage = Lineage { ingested_at: now, source_uri: None, transform_id: None };
        self.insert(&name, Box::pin(input), &lineage, &CommitId::unique()).await?;
        Ok(())
    }
}

/// Instants as a stored column.
pub(crate) fn instants(values: &[Option<DateTime<Utc>>]) -> ArrayRef {
    let micros = values.iter().map(|v| v.map(|v| v.timestamp_micros()));
    Arc::new(micros.collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
}

/// Who runs this process, as far as the system says.
fn user() -> Option<String> {
    ["USER", "LOGNAME"].iter().find_map(|name| std::env::var(name).ok()).filter(|u| !u.is_empty())
}
