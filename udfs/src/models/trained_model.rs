//! A trained model: what predicts, and the evidence for it.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::common::{DataFusionError, Result, exec_err};
use serde::{Deserialize, Serialize};

use super::estimator::Scorer;
use super::exact;
use super::{Cpcv, Estimator, FoldLayout, Metrics, ModelType, Parameters, SplitLayout};

/// A trained model. It is stored as JSON, from which it returns to the bit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrainedModel {
    /// Which model.
    pub model_type: ModelType,
    /// The column it predicts.
    pub target: String,
    /// The columns it predicts from, in the order `predict` takes them.
    pub features: Vec<String>,
    /// The hyperparameters of the final fit; what is missing had the library's default.
    pub parameters: Parameters,
    /// The seed.
    pub seed: u32,
    /// Rows of the final fit.
    pub n_rows: usize,
    /// Rows left out for NULL features.
    pub n_dropped: usize,
    /// The first and last row's time, as text.
    pub period: Option<(String, String)>,
    /// What predicts.
    pub estimator: Estimator,
    /// What each feature contributes.
    pub importance: Vec<Importance>,
    /// How the final fit describes the rows it was fitted to; says nothing of new ones.
    pub in_sample: Metrics,
    /// How trials were judged.
    pub cv: Option<Cpcv>,
    /// All trials, in the order of the grid. Empty without cross-validation.
    pub trials: Vec<Trial>,
    /// The trial with the highest Sharpe ratio, whose hyperparameters the model has.
    pub best_trial: usize,
    /// Whether choosing it overfits; `None` with fewer than two trials or too few times.
    pub overfitting: Option<Overfitting>,
    /// The Arrow type of the times, by its name.
    pub time_type: String,
    /// The distinct times of the rows, ascending, as counts of `time_type`'s unit; the axis of the
    /// trials' returns and of the layouts. Empty without cross-validation.
    pub times: Vec<i64>,
    /// The folds.
    pub folds: Vec<FoldLayout>,
    /// The splits.
    pub splits: Vec<SplitLayout>,
}

/// One combination of hyperparameters, judged out of sample.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// The hyperparameters.
    pub parameters: Parameters,
    /// The mean over paths of the Sharpe ratio per period of what trading on the predictions would
    /// have returned, before costs; 0 where returns do not vary.
    #[serde(with = "exact")]
    pub sharpe: f64,
    /// The Sharpe ratio of each path.
    #[serde(with = "exact::list")]
    pub path_sharpes: Vec<f64>,
    /// The quality of its predictions, the mean over paths.
    pub metrics: Metrics,
    /// The return at each of the model's times, the mean over paths.
    #[serde(with = "exact::list")]
    pub returns: Vec<f64>,
    /// One for each fold a split tests.
    pub folds: Vec<FoldMetrics>,
}

/// How well one split's fit predicts one of its test folds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FoldMetrics {
    /// The split.
    pub split: usize,
    /// The fold.
    pub fold: usize,
    /// The path the predictions belong to.
    pub path: usize,
    /// Rows the split fits.
    pub train_rows: usize,
    /// The quality.
    pub metrics: Metrics,
}

/// The probability of backtest overfitting over the trials, and how it was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Overfitting {
    /// How often the best trial in sample is at or below the median out of sample.
    #[serde(with = "exact")]
    pub pbo: f64,
    /// Blocks of times.
    pub n_blocks: usize,
    /// Ways to choose half of them.
    pub n_combinations: usize,
    /// The median of the logits of the relative rank.
    #[serde(with = "exact")]
    pub median_logit: f64,
    /// How often the pick has a negative Sharpe ratio out of sample.
    #[serde(with = "exact")]
    pub probability_of_loss: f64,
}

/// What a feature contributes to a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Importance {
    /// The feature.
    pub feature: String,
    /// Ridge: the magnitude of the coefficient times the feature's standard deviation, in the
    /// target's unit. LightGBM: the total gain of its splits, in the loss function's unit.
    #[serde(with = "exact")]
    pub importance: f64,
    /// The share in the sum over features; 0 if that is 0.
    #[serde(with = "exact")]
    pub share: f64,
    /// Ridge: the coefficient.
    #[serde(with = "exact::optional")]
    pub coefficient: Option<f64>,
    /// LightGBM: the number of splits.
    #[serde(with = "exact::optional")]
    pub splits: Option<f64>,
}

impl TrainedModel {
    /// The model as JSON.
    pub fn to_json(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|e| DataFusionError::Execution(format!("model: {e}")))
    }

    /// The model that `to_json` wrote.
    pub fn from_json(text: &str) -> Result<Self> {
        serde_json::from_str(text).map_err(|e| {
            DataFusionError::Execution(format!("model: not a stored model of this version: {e}"))
        })
    }

    /// Predicts each row from the features, given as numeric columns in the order of `features`.
    ///
    /// A NULL feature is a missing value for trees and gives NULL for ridge.
    pub fn predict(&self, features: &[ArrayRef]) -> Result<Float64Array> {
        if features.len() != self.features.len() {
            return exec_err!(
                "model: was given {} features, expected {}: {}",
                features.len(),
                self.features.len(),
                self.features.join(", ")
            );
        }
        let rows = features.first().map_or(0, Array::len);
        let floats = features.iter().zip(&self.features).map(|(column, name)| {
            let kind = column.data_type();
            if !(kind.is_numeric() || kind.is_null() || *kind == DataType::Boolean) {
                return exec_err!("features: '{name}' is {kind}, expected a number");
            }
            if column.len() != rows {
                return exec_err!("features: '{name}' has {} rows, expected {rows}", column.len());
            }
            Ok(cast(column, &DataType::Float64)?)
        });
        let floats = floats.collect::<Result<Vec<_>>>()?;
        let column = |f: &ArrayRef| -> Vec<f64> {
            f.as_primitive::<Float64Type>().iter().map(|v| v.unwrap_or(f64::NAN)).collect()
        };
        let columns: Vec<Vec<f64>> = floats.iter().map(column).collect();
        let views: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let scorer = self.estimator.scorer()?;
        let predictions = scorer.predict(&views)?;
        let known = |row: &usize| match scorer {
            Scorer::Linear(_) => floats.iter().all(|f| f.is_valid(*row)),
            Scorer::Trees(_) => true,
        };
        Ok((0..rows).map(|row| known(&row).then(|| predictions[row])).collect())
    }

    /// The value that parts up from down in predictions: ½ for probabilities, else 0.
    pub fn neutral(&self) -> f64 {
        neutral(&self.parameters)
    }

    /// The model's times as an array of their own type.
    pub fn time_array(&self) -> Result<ArrayRef> {
        let kind: DataType = self
            .time_type
            .parse()
            .map_err(|e| DataFusionError::Execution(format!("model: time type: {e}")))?;
        let times: ArrayRef = Arc::new(Int64Array::from(self.times.clone()));
        Ok(match kind {
            DataType::Date32 => cast(&cast(&times, &DataType::Int32)?, &kind)?,
            _ => cast(&times, &kind)?,
        })
    }

    /// The variance of the trials' Sharpe ratios, per period, which the deflated Sharpe ratio needs.
    /// `None` with fewer than two trials.
    pub fn trial_variance(&self) -> Option<f64> {
        let n = self.trials.len() as f64;
        let mean = self.trials.iter().map(|t| t.sharpe).sum::<f64>() / n;
        let squares: f64 = self.trials.iter().map(|t| (t.sharpe - mean).powi(2)).sum();
        (self.trials.len() > 1).then(|| squares / (n - 1.0))
    }
}

/// ½ if the hyperparameters make predictions probabilities, else 0.
pub(super) fn neutral(parameters: &Parameters) -> f64 {
    match parameters.get("objective").and_then(serde_json::Value::as_str) {
        Some("binary" | "cross_entropy") => 0.5,
        _ => 0.0,
    }
}
