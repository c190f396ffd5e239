//! `OPTIONS (name = value, …)` of `CREATE MODEL`, read into a specification.

use datafusion::common::{DataFusionError, Result, plan_err};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use trademl_math::cpcv::Design;

use super::hyperparameters::{self, Hyperparameter};
use crate::relation::did_you_mean;

/// Combinations of hyperparameters one statement may try.
const MOST_TRIALS: usize = 1000;
/// Splits a cross-validation may have.
const MOST_SPLITS: usize = 10_000;

/// The options that are not hyperparameters.
const OPTIONS: [&str; 12] = [
    "model_type",
    "target",
    "features",
    "time",
    "label_end",
    "key",
    "performance",
    "cv",
    "n_folds",
    "n_test",
    "embargo",
    "seed",
];

/// Which model is fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ModelType {
    /// Linear regression with an L2 penalty.
    Ridge,
    /// Gradient-boosted trees.
    LightGbm,
}

impl ModelType {
    /// The value of `model_type`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ridge => "ridge",
            Self::LightGbm => "lightgbm",
        }
    }
}

/// Combinatorial purged cross-validation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cpcv {
    /// Folds the times are cut into.
    pub n_folds: usize,
    /// Folds each split tests.
    pub n_test: usize,
    /// Distinct times after a test fold's last label that do not train.
    pub embargo: usize,
}

/// One set of hyperparameters, in the order they were given.
pub type Parameters = Map<String, Value>;

/// What to train.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelSpec {
    /// Which model.
    pub model_type: ModelType,
    /// The column to predict.
    pub target: String,
    /// The columns to predict from; `None`: all that have no other role.
    pub features: Option<Vec<String>>,
    /// The column with the row's time, a date or timestamp.
    pub time: Option<String>,
    /// The column with the time the target is known at, for purging.
    pub label_end: Option<String>,
    /// The columns that, with the time, identify a row.
    pub key: Vec<String>,
    /// The column whose value a position of 1 earns; the target if not given.
    pub performance: String,
    /// The combinations of hyperparameters to try; at least one.
    pub trials: Vec<Parameters>,
    /// How trials are judged; `None`: not at all.
    pub cv: Option<Cpcv>,
    /// The seed of all that is random.
    pub seed: u32,
}

/// Reads the options of a `CREATE MODEL` statement, values as JSON.
///
/// A hyperparameter given as an array makes a grid: all combinations are tried, the last array
/// varying fastest.
///
/// # Errors
///
/// On unknown, repeated, missing, ill-typed and contradicting options.
pub fn parse(options: &[(String, Value)]) -> Result<ModelSpec> {
    let given = Given(options);
    given.check_repeats()?;
    let model_type = match given.text("model_type")?.map(|v| (v.to_lowercase(), v)) {
        Some((lower, _)) if lower == "ridge" => ModelType::Ridge,
        Some((lower, _)) if lower == "lightgbm" => ModelType::LightGbm,
        Some((lower, v)) => {
            let hint = did_you_mean(&lower, ["ridge", "lightgbm"]);
            return plan_err!("model_type: was '{v}', expected 'ridge' or 'lightgbm'{hint}");
        }
        None => return plan_err!("model_type: missing, expected 'ridge' or 'lightgbm'"),
    };
    let Some(target) = given.text("target")? else {
        return plan_err!("target: missing, expected the name of the column to predict");
    };
    let (time, label_end) = (given.text("time")?, given.text("label_end")?);
    let cv = given.cv()?;
    if cv.is_some() && time.is_none() {
        return plan_err!("time: missing, expected the column folds are cut by, as cv is 'cpcv'");
    }
    if cv.is_some() && label_end.is_none() {
        return plan_err!(
            "label_end: missing, expected the column with the time each target is known at, as cv \
             is 'cpcv'; name the time column again if targets do not reach beyond their row"
        );
    }
    let trials = given.trials(model_type)?;
    if trials.len() > 1 && cv.is_none() {
        return plan_err!(
            "cv: missing, expected 'cpcv': {} combinations of hyperparameters are to be compared",
            trials.len()
        );
    }
    let spec = ModelSpec {
        model_type,
        performance: given.text("performance")?.unwrap_or_else(|| target.clone()),
        target,
        features: given.names("features")?,
        time,
        label_end,
        key: given.names("key")?.unwrap_or_default(),
        trials,
        cv,
        seed: given.count("seed", 0, i64::from(i32::MAX))?.unwrap_or(1) as u32,
    };
    if let Some(features) = &spec.features {
        for (i, f) in features.iter().enumerate() {
            if features[..i].contains(f) {
                return plan_err!("features: '{f}' is there twice");
            }
            if *f == spec.target || Some(f) == spec.label_end.as_ref() || *f == spec.performance {
                return plan_err!(
                    "features: '{f}' is the target, label_end or performance column, which is not \
                     known when the model predicts"
                );
            }
        }
    }
    Ok(spec)
}

struct Given<'a>(&'a [(String, Value)]);

impl Given<'_> {
    fn find(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(n, v)| n == name && !v.is_null()).map(|(_, v)| v)
    }

    fn check_repeats(&self) -> Result<()> {
        for (i, (name, _)) in self.0.iter().enumerate() {
            if self.0[..i].iter().any(|(n, _)| n == name) {
                return plan_err!("{name}: given twice");
            }
        }
        Ok(())
    }

    fn text(&self, name: &str) -> Result<Option<String>> {
        match self.find(name) {
            None => Ok(None),
            Some(Value::String(v)) if !v.is_empty() => Ok(Some(v.clone())),
            Some(v) => plan_err!("{name}: was {v}, expected text"),
        }
    }

    /// One name or an array of names.
    fn names(&self, name: &str) -> Result<Option<Vec<String>>> {
        let text = |v: &Value| v.as_str().filter(|v| !v.is_empty()).map(ToString::to_string);
        let names = match self.find(name) {
            None => return Ok(None),
            Some(Value::Array(list)) => list.iter().map(text).collect::<Option<Vec<_>>>(),
            Some(one) => text(one).map(|one| vec![one]),
        };
        match names {
            Some(names) if !names.is_empty() => Ok(Some(names)),
            _ => plan_err!("{name}: expected a column name or an array of them"),
        }
    }

    fn count(&self, name: &str, from: i64, to: i64) -> Result<Option<i64>> {
        let Some(given) = self.find(name) else { return Ok(None) };
        let fits = given.as_i64().filter(|v| (from..=to).contains(v));
        if fits.is_none() {
            return plan_err!("{name}: was {given}, expected an integer from {from} to {to}");
        }
        Ok(fits)
    }

    fn cv(&self) -> Result<Option<Cpcv>> {
        let kind = self.text("cv")?.map(|v| v.to_lowercase());
        match kind.as_deref() {
            Some("cpcv") => {}
            Some("none") | None => {
                let stray =
                    ["n_folds", "n_test", "embargo"].iter().find(|n| self.find(n).is_some());
                return match stray {
                    Some(name) => plan_err!("{name}: has no effect without cv => 'cpcv'"),
                    None => Ok(None),
                };
            }
            Some(v) => {
                let hint = did_you_mean(v, ["cpcv", "none"]);
                return plan_err!("cv: was '{v}', expected 'cpcv' or 'none'{hint}");
            }
        }
        let count = |name, from, default| {
            Ok::<_, DataFusionError>(
                self.count(name, from, i64::from(i32::MAX))?.map_or(default, |v| v as usize),
            )
        };
        let cv = Cpcv {
            n_folds: count("n_folds", 2, 8)?,
            n_test: count("n_test", 1, 2)?,
            embargo: count("embargo", 0, 10)?,
        };
        if cv.n_test >= cv.n_folds {
            return plan_err!(
                "n_test: was {}, expected less than n_folds, which is {}",
                cv.n_test,
                cv.n_folds
            );
        }
        match Design::count(cv.n_folds, cv.n_test) {
            Some(splits) if splits <= MOST_SPLITS => Ok(Some(cv)),
            _ => plan_err!(
                "n_folds: {} of {} folds make more than {MOST_SPLITS} splits, expected fewer",
                cv.n_test,
                cv.n_folds
            ),
        }
    }

    fn trials(&self, model_type: ModelType) -> Result<Vec<Parameters>> {
        let mut trials = vec![Parameters::new()];
        let options = self.0.iter().filter(|(n, v)| !OPTIONS.contains(&n.as_str()) && !v.is_null());
        for (name, value) in options {
            let parameter: &Hyperparameter = hyperparameters::find(model_type, name, &OPTIONS)?;
            let values = parameter.values(value)?;
            if trials.len() * values.len() > MOST_TRIALS {
                return plan_err!(
                    "{name}: makes more than {MOST_TRIALS} combinations, expected a smaller grid"
                );
            }
            trials = trials
                .iter()
                .flat_map(|trial| {
                    values.iter().map(move |v| {
                        let mut trial = trial.clone();
                        trial.insert(name.clone(), v.clone());
                        trial
                    })
                })
                .collect();
        }
        Ok(trials)
    }
}
