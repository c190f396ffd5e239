//! `CREATE MODEL` and `DROP MODEL`.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use datafusion::arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray, UInt64Array};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::LogicalPlan;
use datafusion::sql::sqlparser::ast::{Expr, Ident, UnaryOperator, Value};
use futures::TryStreamExt;
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;
use trademl_catalog::{Lake, Trial as CountedTrial};
use trademl_udfs::models::{
    LightGbmLibrary, ModelSpec, ModelType, TrainedModel, Training, TrainingSet, find_lightgbm, fit,
    parse,
};

use crate::action::{self, Action};
use crate::error::{Error, ErrorKind, Result};
use crate::lookahead::Purpose;
use crate::meaning::hex;
use crate::names::normal;
use crate::planner::{Planning, short_hash};
use crate::statement::CreateModel;

/// Plans `CREATE MODEL`: options are checked now, rows when it runs.
pub(crate) async fn plan_create(
    planning: &mut Planning<'_>,
    mut create: CreateModel,
) -> Result<LogicalPlan> {
    let name = normal(&create.name);
    let mut options = vec![];
    for (key, value) in &mut create.options {
        planning.rewrite(value)?;
        options.push((normal(key), json_of(&name, key, value)?));
    }
    let spec = parse(&options).map_err(|e| Error::from(e.context(format!("model '{name}'"))))?;
    let lake = planning.session.lake().clone();
    let existing = lake.models().list().await?.into_iter().find(|m| m.name == name);
    if let (Some(existing), false) = (existing, create.or_replace) {
        return Err(Error::sql(format!(
            "model '{name}': exists already (version {}); write CREATE OR REPLACE MODEL for a new \
             version",
            existing.latest
        )));
    }
    planning.meaning.note(&format!("model {name} {options:?}"));
    let query = planning.query(create.query, Purpose::Train(&spec)).await?;
    let threads = planning.engine.threads();
    let trial_base = short_hash(&format!("{name} {options:?} {}", query.display_indent()));
    let run_id = planning.session.settings().run_id.clone();
    let (fits, digest) = (Arc::default(), OnceLock::new());
    let action = CreateModelAction { lake, name, spec, threads, trial_base, run_id, fits, digest };
    Ok(action::plan(Arc::new(action), vec![query])?)
}

/// Plans `DROP MODEL`. Its trials stay counted.
pub(crate) fn plan_drop(
    planning: &Planning<'_>,
    name: &Ident,
    if_exists: bool,
) -> Result<LogicalPlan> {
    let lake = planning.session.lake().clone();
    Ok(action::plan(Arc::new(DropModelAction { lake, name: normal(name), if_exists }), vec![])?)
}

/// An option's value as JSON: literals, names and arrays of them.
fn json_of(model: &str, option: &Ident, value: &Expr) -> Result<Json> {
    let wrong = || {
        Error::sql(format!(
            "model '{model}': option {option} is '{value}', expected a literal or an array of \
             literals"
        ))
    };
    match value {
        Expr::Value(v) => match &v.value {
            Value::SingleQuotedString(s) => Ok(json!(s)),
            Value::Boolean(b) => Ok(json!(b)),
            Value::Null => Ok(Json::Null),
            Value::Number(n, _) => serde_json::from_str(n).map_err(|_| wrong()),
            _ => Err(wrong()),
        },
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => match json_of(model, option, expr)? {
            Json::Number(n) => serde_json::from_str(&format!("-{n}")).map_err(|_| wrong()),
            _ => Err(wrong()),
        },
        Expr::Nested(e) | Expr::Cast { expr: e, .. } => json_of(model, option, e),
        Expr::Identifier(name) => Ok(json!(normal(name))),
        Expr::Array(array) => array
            .elem
            .iter()
            .map(|e| json_of(model, option, e))
            .collect::<Result<Vec<_>>>()
            .map(Json::Array),
        _ => Err(wrong()),
    }
}

#[derive(Debug)]
struct CreateModelAction {
    lake: Lake,
    name: String,
    spec: ModelSpec,
    threads: usize,
    /// Names the data and options, so that a repeated trial is counted once.
    trial_base: String,
    run_id: Option<String>,
    /// Fits done and in all.
    fits: Arc<Fits>,
    /// The digest of the model, once it is trained.
    digest: OnceLock<String>,
}

#[derive(Debug, Default)]
struct Fits {
    done: AtomicUsize,
    total: AtomicUsize,
}

#[async_trait]
impl Action for CreateModelAction {
    fn describe(&self) -> String {
        format!("CreateModel: {} ({})", self.name, self.spec.model_type.name())
    }

    fn schema(&self) -> SchemaRef {
        Arc::new(Schema::new(vec![
            Field::new("model", DataType::Utf8, false),
            Field::new("version", DataType::UInt64, false),
            Field::new("rows", DataType::UInt64, false),
            Field::new("dropped", DataType::UInt64, false),
            Field::new("trials", DataType::UInt64, false),
            Field::new("sharpe", DataType::Float64, true),
            Field::new("pbo", DataType::Float64, true),
        ]))
    }

    fn progress(&self) -> Option<(usize, usize)> {
        let read = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
        Some((read(&self.fits.done), read(&self.fits.total)))
    }

    fn digest(&self) -> Option<String> {
        self.digest.get().cloned()
    }

    async fn run(
        &self,
        mut inputs: Vec<SendableRecordBatchStream>,
        _: Arc<TaskContext>,
    ) -> Result<RecordBatch> {
        let started = Utc::now();
        let rows: Vec<RecordBatch> = match inputs.pop() {
            Some(input) => input.try_collect().await?,
            None => vec![],
        };
        let trained = self.train(rows).await?;
        let body: Json = serde_json::from_str(&trained.to_json()?)
            .map_err(|e| Error::sql(format!("model '{}': {e}", self.name)))?;
        let _ = self.digest.set(hex(&Sha256::digest(body.to_string())));
        let stored = self.lake.models().save(&self.name, body).await?;
        self.count_trials(&trained, stored.version, started).await?;
        let best = trained.trials.get(trained.best_trial).map(|t| t.sharpe);
        let count = |n: usize| Arc::new(UInt64Array::from(vec![n as u64])) as ArrayRef;
        let number = |v: Option<f64>| Arc::new(Float64Array::from(vec![v])) as ArrayRef;
        Ok(RecordBatch::try_new(
            self.schema(),
            vec![
                Arc::new(StringArray::from(vec![self.name.clone()])),
                Arc::new(UInt64Array::from(vec![stored.version])),
                count(trained.n_rows),
                count(trained.n_dropped),
                count(trained.trials.len()),
                number(best),
                number(trained.overfitting.as_ref().map(|o| o.pbo)),
            ],
        )?)
    }
}

impl CreateModelAction {
    /// Trains on a thread that may block; a dropped statement stops it between fits.
    async fn train(&self, rows: Vec<RecordBatch>) -> Result<TrainedModel> {
        let lightgbm = match self.spec.model_type {
            ModelType::LightGbm => {
                let path = find_lightgbm().map_err(|e| Error::usage(e.to_string()))?;
                Some(LightGbmLibrary::load(&path).map_err(|e| Error::usage(e.to_string()))?)
            }
            ModelType::Ridge => None,
        };
        let (spec, threads, name) = (self.spec.clone(), self.threads, self.name.clone());
        let fits = Arc::clone(&self.fits);
        let stop = CancellationToken::new();
        let guard = stop.clone().drop_guard();
        let work = move || -> Result<TrainedModel> {
            let named = |e: datafusion::common::DataFusionError| {
                Error::from(e.context(format!("model '{name}'")))
            };
            let set = TrainingSet::read(&rows, &spec).map_err(named)?;
            drop(rows);
            let training = Training {
                lightgbm,
                threads,
                progress: &|p| {
                    // Fits end on several threads, so a smaller count may be told later.
                    fits.done.fetch_max(p.done, Ordering::Relaxed);
                    fits.total.store(p.total, Ordering::Relaxed);
                },
                cancelled: &|| stop.is_cancelled(),
            };
            fit(&spec, &set, &training).map_err(named)
        };
        let trained = tokio::task::spawn_blocking(work).await;
        drop(guard);
        trained.map_err(|e| {
            Error::new(ErrorKind::Sql, format!("model '{}': training crashed: {e}", self.name))
        })?
    }

    async fn count_trials(
        &self,
        trained: &TrainedModel,
        version: u64,
        started_at: DateTime<Utc>,
    ) -> Result<()> {
        let counted = trained.trials.iter().map(|t| {
            let parameters = json!(t.parameters);
            CountedTrial {
                model: self.name.clone(),
                model_version: version,
                trial_id: short_hash(&format!("{} {parameters}", self.trial_base)),
                parameters,
                sharpe: Some(t.sharpe).filter(|s| s.is_finite()),
                metrics: json!(t.metrics),
                started_at,
                run_id: self.run_id.clone(),
            }
        });
        self.lake.record_trials(&counted.collect::<Vec<_>>()).await?;
        Ok(())
    }
}

#[derive(Debug)]
struct DropModelAction {
    lake: Lake,
    name: String,
    if_exists: bool,
}

#[async_trait]
impl Action for DropModelAction {
    fn describe(&self) -> String {
        format!("DropModel: {}", self.name)
    }

    fn schema(&self) -> SchemaRef {
        Arc::new(Schema::new(vec![Field::new("done", DataType::Utf8, false)]))
    }

    async fn run(
        &self,
        _: Vec<SendableRecordBatchStream>,
        _: Arc<TaskContext>,
    ) -> Result<RecordBatch> {
        if !self.lake.models().drop_model(&self.name).await? && !self.if_exists {
            return Err(Error::sql(format!(
                "model '{}': does not exist; IF EXISTS passes over missing ones",
                self.name
            )));
        }
        let done = Arc::new(StringArray::from(vec![self.describe()])) as ArrayRef;
        Ok(RecordBatch::try_new(self.schema(), vec![done])?)
    }
}
