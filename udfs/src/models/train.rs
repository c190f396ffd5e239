//! Training: judge each trial, choose one, fit it to all rows.

use std::sync::atomic::{AtomicUsize, Ordering};

use datafusion::common::{Result, exec_err, internal_err, plan_err};
use trademl_lightgbm::Library;
use trademl_math::cpcv::{Cpcv, Design, Flaw, Set};
use trademl_math::pbo::overfitting;

use super::estimator::{Scorer, cancelled, check_features};
use super::metrics::times;
use super::split_layout::layout;
use super::trained_model::{Importance, Overfitting, TrainedModel, Trial, neutral};
use super::{Estimator, Metrics, ModelSpec, TrainingSet, cross_validation};

/// Blocks of times in which overfitting is judged, if there are enough times: the paper's choice.
const MOST_BLOCKS: usize = 16;

/// What training may use, and whom it tells.
pub struct Training<'a> {
    /// LightGBM; needed for models of that type.
    pub lightgbm: Option<Library>,
    /// Threads that fit splits at the same time. The model's bits do not depend on it.
    pub threads: usize,
    /// Told after each fit, from any of the threads.
    pub progress: &'a (dyn Fn(Progress) + Sync),
    /// Asked often; when it says yes, training fails soon.
    pub cancelled: &'a (dyn Fn() -> bool + Sync),
}

/// How far training is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Fits done.
    pub done: usize,
    /// Fits in all: one a trial and split, and the final one.
    pub total: usize,
}

/// Trains a model.
///
/// Every trial is fitted to the train rows of each split of the cross-validation and judged on its
/// test rows; the trial with the highest mean Sharpe ratio over the paths (the first of equals) is
/// fitted to all rows. The result depends on specification and rows only.
pub fn fit(spec: &ModelSpec, set: &TrainingSet, training: &Training<'_>) -> Result<TrainedModel> {
    check_features(spec, &set.feature_names)?;
    let Some(first) = spec.trials.first() else {
        return plan_err!("training: no trials, expected at least one set of hyperparameters");
    };
    let cpcv = spec.cv.map(|_| laid_out(spec, set)).transpose()?;
    let splits = cpcv.as_ref().map_or(0, |c| c.design().n_splits());
    let (done, total) = (AtomicUsize::new(0), spec.trials.len() * splits + 1);
    let tell = || {
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        (training.progress)(Progress { done, total });
    };
    let mut trials: Vec<Trial> = Vec::new();
    if let Some(cpcv) = &cpcv {
        for parameters in &spec.trials {
            trials.push(cross_validation::judge(spec, parameters, set, cpcv, training, &tell)?);
        }
    }
    let best = (1..trials.len())
        .fold(0, |best, i| if trials[i].sharpe > trials[best].sharpe { i } else { best });
    let parameters = spec.trials.get(best).unwrap_or(first).clone();
    if (training.cancelled)() {
        return Err(cancelled());
    }
    let all: Vec<usize> = (0..set.len()).collect();
    let estimator = Estimator::fit(spec, &parameters, set, &all, training)?;
    tell();

    let scorer = estimator.scorer()?;
    let columns: Vec<&[f64]> = set.features.iter().map(Vec::as_slice).collect();
    let predictions = scorer.predict(&columns)?;
    let neutral = neutral(&parameters);
    let Some(in_sample) = Metrics::of(&predictions, &set.target, &set.time, neutral) else {
        return internal_err!("a training set without rows");
    };
    let (folds, layouts) = cpcv.as_ref().map(|c| layout(c, &set.time)).unwrap_or_default();
    let axis = times(&set.time).map(|rows| set.time[rows.start]);
    Ok(TrainedModel {
        model_type: spec.model_type,
        target: spec.target.clone(),
        features: set.feature_names.clone(),
        importance: importance(&scorer, set),
        parameters,
        seed: spec.seed,
        n_rows: set.len(),
        n_dropped: set.dropped,
        period: set.period.clone(),
        estimator,
        in_sample,
        cv: spec.cv,
        overfitting: judged_choice(&trials),
        trials,
        best_trial: best,
        time_type: set.time_type.to_string(),
        times: if cpcv.is_some() { axis.collect() } else { Vec::new() },
        folds,
        splits: layouts,
    })
}

/// The rows in their folds, every split with something to learn from.
fn laid_out(spec: &ModelSpec, set: &TrainingSet) -> Result<Cpcv> {
    let Some(cv) = spec.cv else { return internal_err!("no cross-validation") };
    let Some(design) = Design::new(cv.n_folds, cv.n_test) else {
        return plan_err!("n_test: was {}, expected 1 to n_folds - 1", cv.n_test);
    };
    let cpcv = match Cpcv::new(design, &set.time, &set.label_end, cv.embargo) {
        Ok(cpcv) => cpcv,
        Err(Flaw::TooFewTimes { times }) => {
            return exec_err!(
                "n_folds: was {}, but the rows have only {times} distinct times, expected at least \
                 one a fold; pass fewer folds or more rows",
                cv.n_folds
            );
        }
        Err(Flaw::EndsBeforeStart { row }) => {
            return exec_err!("label_end: row {row} ends before its time");
        }
    };
    for split in 0..cpcv.design().n_splits() {
        let train: Vec<usize> =
            (0..set.len()).filter(|r| cpcv.set(split, *r) == Set::Train).collect();
        let lacks = if train.len() < 2 {
            format!("has {} train rows", train.len())
        } else if train.iter().all(|r| set.target[*r] == set.target[train[0]]) {
            "has train rows of one target value only".to_string()
        } else {
            continue;
        };
        return exec_err!(
            "cv: split {split}, which tests folds {:?}, {lacks} after purging and an embargo of \
             {}; pass fewer n_test, a shorter embargo, shorter labels or more data",
            cpcv.design().test_folds(split),
            cv.embargo
        );
    }
    Ok(cpcv)
}

fn judged_choice(trials: &[Trial]) -> Option<Overfitting> {
    let times = trials.first()?.returns.len();
    let n_blocks = (times / 2).min(MOST_BLOCKS) & !1;
    let returns: Vec<f64> =
        (0..times).flat_map(|t| trials.iter().map(move |trial| trial.returns[t])).collect();
    let found = overfitting(&returns, trials.len(), n_blocks)?;
    Some(Overfitting {
        pbo: found.probability,
        n_blocks,
        n_combinations: found.logits.len(),
        median_logit: found.median_logit,
        probability_of_loss: found.probability_of_loss,
    })
}

fn importance(scorer: &Scorer, set: &TrainingSet) -> Vec<Importance> {
    let (values, coefficients, splits) = match scorer {
        Scorer::Linear(ridge) => {
            let size = |(f, b): (&Vec<f64>, &f64)| b.abs() * deviation(f);
            let values: Vec<f64> = set.features.iter().zip(&ridge.coefficients).map(size).collect();
            (values, Some(&ridge.coefficients), None)
        }
        Scorer::Trees(trees) => (trees.gain_importance(), None, Some(trees.split_importance())),
    };
    let total: f64 = values.iter().sum();
    let names = set.feature_names.iter().enumerate();
    names
        .map(|(i, name)| Importance {
            feature: name.clone(),
            importance: values[i],
            share: if total > 0.0 { values[i] / total } else { 0.0 },
            coefficient: coefficients.map(|c| c[i]),
            splits: splits.as_ref().map(|s| s[i]),
        })
        .collect()
}

/// The population standard deviation.
fn deviation(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n).sqrt()
}
