//! One fit of one set of hyperparameters, and what it predicts.

use datafusion::arrow::array::Float64Array;
use datafusion::common::{DataFusionError, Result, exec_err, plan_err};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use trademl_lightgbm::{Dataset, Error, Parameters as Line};
use trademl_math::ridge::{self, Ridge, RidgeOptions};
use trademl_math::tree_ensemble::TreeEnsemble;

use super::exact;
use super::hyperparameters::{self, Hyperparameter};
use super::{ModelSpec, ModelType, Parameters, Training, TrainingSet};
use crate::relation::did_you_mean;

/// What training leaves: all that a prediction needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Estimator {
    /// A linear model.
    Ridge {
        /// The prediction at the origin.
        #[serde(with = "exact")]
        intercept: f64,
        /// One a feature.
        #[serde(with = "exact::list")]
        coefficients: Vec<f64>,
    },
    /// A tree ensemble.
    LightGbm {
        /// LightGBM's model text.
        text: String,
    },
}

/// An estimator made ready to predict.
pub(super) enum Scorer {
    Linear(Ridge),
    Trees(Box<TreeEnsemble>),
}

impl Estimator {
    /// Fits one set of hyperparameters to some rows.
    pub(super) fn fit(
        spec: &ModelSpec,
        parameters: &Parameters,
        set: &TrainingSet,
        rows: &[usize],
        training: &Training<'_>,
    ) -> Result<Self> {
        let features = set.gather(rows);
        let target: Vec<f64> = rows.iter().map(|r| set.target[*r]).collect();
        match spec.model_type {
            ModelType::Ridge => fit_ridge(parameters, &features, &target),
            ModelType::LightGbm => {
                fit_trees(spec.seed, parameters, &set.feature_names, features, target, training)
            }
        }
    }

    /// Reads the estimator, once for many predictions.
    pub(super) fn scorer(&self) -> Result<Scorer> {
        Ok(match self {
            Self::Ridge { intercept, coefficients } => {
                Scorer::Linear(Ridge { intercept: *intercept, coefficients: coefficients.clone() })
            }
            Self::LightGbm { text } => {
                let trees = TreeEnsemble::parse(text)
                    .map_err(|e| DataFusionError::Execution(e.to_string()))?;
                if trees.outputs() != 1 {
                    return exec_err!(
                        "model: predicts {} values a row, expected one",
                        trees.outputs()
                    );
                }
                Scorer::Trees(Box::new(trees))
            }
        })
    }
}

impl Scorer {
    /// Predicts rows given as columns of features.
    pub fn predict(&self, columns: &[&[f64]]) -> Result<Vec<f64>> {
        match self {
            Self::Linear(ridge) => {
                ridge.predict(columns).map_err(|e| DataFusionError::Execution(e.to_string()))
            }
            Self::Trees(trees) => {
                trees.predict(columns).map_err(|e| DataFusionError::Execution(e.to_string()))
            }
        }
    }
}

fn fit_ridge(parameters: &Parameters, features: &[Vec<f64>], target: &[f64]) -> Result<Estimator> {
    let flag = |name, default| parameters.get(name).and_then(Value::as_bool).unwrap_or(default);
    let default = RidgeOptions::default();
    let options = RidgeOptions {
        alpha: parameters.get("alpha").and_then(Value::as_f64).unwrap_or(default.alpha),
        fit_intercept: flag("fit_intercept", default.fit_intercept),
        standardise: flag("standardise", default.standardise),
    };
    let columns: Vec<&[f64]> = features.iter().map(Vec::as_slice).collect();
    match ridge::fit(&columns, target, None, options) {
        Ok(Ridge { intercept, coefficients }) => Ok(Estimator::Ridge { intercept, coefficients }),
        Err(e) => exec_err!("{e}"),
    }
}

fn fit_trees(
    seed: u32,
    parameters: &Parameters,
    names: &[String],
    features: Vec<Vec<f64>>,
    target: Vec<f64>,
    training: &Training<'_>,
) -> Result<Estimator> {
    let Some(library) = training.lightgbm else {
        return exec_err!(
            "lightgbm: the library is not loaded, run `make lightgbm` to fetch it, or set \
             TRADEML_LIGHTGBM to its path"
        );
    };
    let iterations = parameters.get("num_iterations").and_then(Value::as_u64).unwrap_or(100);
    let line = line(seed, parameters, names)?;
    let features: Vec<Float64Array> = features.into_iter().map(Float64Array::from).collect();
    // Names in the text are positions: the library refuses some characters in names.
    let positions: Vec<String> = (0..names.len()).map(|i| format!("f{i}")).collect();
    let dataset = Dataset::new(library, &positions, &features, &target.into(), &line);
    let mut proceed = |_| !(training.cancelled)();
    let text = dataset
        .and_then(|d| trademl_lightgbm::train(&d, &line, iterations as usize, &mut proceed))
        .map_err(failed)?;
    Ok(Estimator::LightGbm { text })
}

pub(super) fn failed(error: Error) -> DataFusionError {
    match error {
        Error::Cancelled => cancelled(),
        other => DataFusionError::Execution(other.to_string()),
    }
}

pub(super) fn cancelled() -> DataFusionError {
    DataFusionError::Execution("training: cancelled".to_string())
}

/// The library's line of parameters, feature names turned into positions.
fn line(seed: u32, parameters: &Parameters, names: &[String]) -> Result<Line> {
    let mut line = Line::new(seed);
    for (name, value) in parameters {
        if name == "num_iterations" {
            continue;
        }
        let kind = hyperparameters::of(ModelType::LightGbm).iter().find(|h| h.name == name);
        let text = match value {
            Value::Array(values) => {
                let word = |v: &Value| word(name, kind, v, names);
                values.iter().map(word).collect::<Result<Vec<_>>>()?.join(",")
            }
            one => word(name, kind, one, names)?,
        };
        line.set(name, text).map_err(failed)?;
    }
    Ok(line)
}

fn word(
    name: &str,
    kind: Option<&Hyperparameter>,
    value: &Value,
    names: &[String],
) -> Result<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if !kind.is_some_and(Hyperparameter::names_features) {
        return Ok(text);
    }
    if let Some(at) = names.iter().position(|n| *n == text) {
        return Ok(at.to_string());
    }
    let hint = did_you_mean(&text, names.iter().map(String::as_str));
    plan_err!("{name}: no feature '{text}'{hint}")
}

/// Checks the hyperparameters that speak of features, before anything is fitted.
pub(super) fn check_features(spec: &ModelSpec, names: &[String]) -> Result<()> {
    if spec.model_type == ModelType::Ridge {
        return Ok(());
    }
    for parameters in &spec.trials {
        line(spec.seed, parameters, names)?;
        for (name, value) in parameters {
            let signs = hyperparameters::of(ModelType::LightGbm)
                .iter()
                .any(|h| h.name == name && h.has_signs());
            let given = value.as_array().map_or(0, Vec::len);
            if signs && given != names.len() {
                return plan_err!(
                    "{name}: has {given} values, expected one for each of the {} features",
                    names.len()
                );
            }
        }
    }
    Ok(())
}
