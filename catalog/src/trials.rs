//! Every configuration that was ever tried, counted by the engine: the deflated Sharpe ratio needs
//! their number and the variance of their Sharpe ratios, and nobody gets to state them.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use datafusion::arrow::array::{
    Array as _, ArrayRef, AsArray as _, Float64Array, Int64Array, StringArray,
};
use datafusion::arrow::datatypes::Float64Type;
use datafusion::common::Column;
use datafusion::logical_expr::{Expr, lit};
use serde_json::Value;

use crate::lake::Lake;
use crate::ledger::instants;
use crate::{Result, TableName};

/// One configuration of one model.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// The model's name.
    pub model: String,
    /// The version it led to.
    pub model_version: u64,
    /// Names the configuration: a hash of options, data and seed. The same configuration tried
    /// again is the same trial.
    pub trial_id: String,
    /// Options by name.
    pub parameters: Value,
    /// Sharpe ratio per period out of sample, not annualised.
    pub sharpe: Option<f64>,
    /// Further metrics by name.
    pub metrics: Value,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// The run it was part of.
    pub run_id: Option<String>,
}

/// How much has been tried.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrialSummary {
    /// Distinct configurations.
    pub count: u64,
    /// Sample variance (n − 1) of their per-period Sharpe ratios; `None` below two.
    pub sharpe_variance: Option<f64>,
}

impl Lake {
    /// Adds trials that are not in the ledger yet; says how many.
    pub async fn record_trials(&self, trials: &[Trial]) -> Result<u64> {
        let mut fresh: BTreeMap<(&str, &str), &Trial> = BTreeMap::new();
        for trial in trials {
            fresh.entry((&trial.model, &trial.trial_id)).or_insert(trial);
        }
        let models: Vec<&str> = fresh.keys().map(|(model, _)| *model).collect();
        for model in models {
            for (id, _) in self.trials(model).await? {
                fresh.retain(|(m, t), _| (*m, *t) != (model, id.as_str()));
            }
        }
        if fresh.is_empty() {
            return Ok(0);
        }
        let fresh: Vec<&Trial> = fresh.into_values().collect();
        let text = |value: fn(&Trial) -> Option<String>| -> ArrayRef {
            Arc::new(fresh.iter().map(|t| value(t)).collect::<StringArray>())
        };
        let versions = fresh.iter().map(|t| i64::try_from(t.model_version).ok());
        let sharpes = fresh.iter().map(|t| t.sharpe.filter(|s| s.is_finite()));
        let started: Vec<_> = fresh.iter().map(|t| Some(t.started_at)).collect();
        let columns = vec![
            ("model", text(|t| Some(t.model.clone()))),
            ("trial_id", text(|t| Some(t.trial_id.clone()))),
            ("started_at", instants(&started)),
            ("model_version", Arc::new(versions.collect::<Int64Array>()) as ArrayRef),
            ("parameters", text(|t| Some(t.parameters.to_string()))),
            ("sharpe", Arc::new(sharpes.collect::<Float64Array>()) as ArrayRef),
            ("metrics", text(|t| Some(t.metrics.to_string()))),
            ("run_id", text(|t| t.run_id.clone())),
        ];
        self.record("trials", &["model", "trial_id"], columns).await?;
        Ok(fresh.len() as u64)
    }

    /// Number and spread of the trials of a model so far.
    pub async fn trial_summary(&self, model: &str) -> Result<TrialSummary> {
        let trials = self.trials(model).await?;
        let sharpes: Vec<f64> = trials.values().copied().flatten().collect();
        let n = sharpes.len() as f64;
        let mean = sharpes.iter().sum::<f64>() / n;
        let squares: f64 = sharpes.iter().map(|s| (s - mean).powi(2)).sum();
        let sharpe_variance = (sharpes.len() > 1).then(|| squares / (n - 1.0));
        Ok(TrialSummary { count: trials.len() as u64, sharpe_variance })
    }

    /// Sharpe ratio by trial.
    async fn trials(&self, model: &str) -> Result<BTreeMap<String, Option<f64>>> {
        let Some(table) = self.table(&TableName::new("ops", "trials")?).await? else {
            return Ok(BTreeMap::new());
        };
        let filter = Expr::Column(Column::new_unqualified("model")).eq(lit(model));
        let batches = self.workbench().read(table.provider(), filter).await?;
        let mut trials = BTreeMap::new();
        for batch in batches {
            let (Some(id), Some(sharpe)) =
                (batch.column_by_name("trial_id"), batch.column_by_name("sharpe"))
            else {
                continue;
            };
            let (id, sharpe) = (id.as_string::<i32>(), sharpe.as_primitive::<Float64Type>());
            for row in 0..batch.num_rows() {
                let value = sharpe.is_valid(row).then(|| sharpe.value(row));
                trials.insert(id.value(row).to_owned(), value);
            }
        }
        Ok(trials)
    }
}
