//! Out-of-sample predictions of one trial, along the paths of a combinatorial cross-validation.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use datafusion::common::{Result, internal_err};
use trademl_math::cpcv::{Cpcv, Set};
use trademl_math::sharpe::SharpeEstimate;

use super::estimator::cancelled;
use super::performance::returns;
use super::trained_model::{FoldMetrics, Trial, neutral};
use super::{Estimator, Metrics, ModelSpec, Parameters, Training, TrainingSet};

/// Fits one set of hyperparameters to the train rows of each split and judges what it predicts for
/// the test rows. `done` is called after each split.
pub(super) fn judge(
    spec: &ModelSpec,
    parameters: &Parameters,
    set: &TrainingSet,
    cpcv: &Cpcv,
    training: &Training<'_>,
    done: &(dyn Fn() + Sync),
) -> Result<Trial> {
    let fitted = in_order(cpcv.design().n_splits(), training.threads, &|split| {
        let tested = predict_split(spec, parameters, set, cpcv, split, training)?;
        done();
        Ok(tested)
    })?;
    let neutral = neutral(parameters);
    let mut paths = vec![vec![f64::NAN; set.len()]; cpcv.design().n_paths()];
    let mut folds = Vec::new();
    for (split, tested) in fitted.iter().enumerate() {
        // Rows are sorted by time, so those of one fold are adjacent.
        let mut from = 0;
        for rows in tested.rows.chunk_by(|a, b| cpcv.fold(*a) == cpcv.fold(*b)) {
            let predictions = &tested.predictions[from..from + rows.len()];
            from += rows.len();
            let fold = cpcv.fold(rows[0]);
            let range = rows[0]..rows[0] + rows.len();
            let quality = Metrics::of(
                predictions,
                &set.target[range.clone()],
                &set.time[range.clone()],
                neutral,
            );
            let (Some(path), Some(metrics)) = (cpcv.design().path(split, fold), quality) else {
                return internal_err!("split {split} does not test fold {fold}");
            };
            paths[path][range].copy_from_slice(predictions);
            folds.push(FoldMetrics { split, fold, path, train_rows: tested.train_rows, metrics });
        }
    }
    let along = |p: &Vec<f64>| returns(p, &set.performance, &set.time, neutral);
    let series: Vec<Vec<f64>> = paths.iter().map(along).collect();
    let sharpe = |r: &Vec<f64>| SharpeEstimate::from_returns(r).map_or(0.0, |s| s.sharpe);
    let path_sharpes: Vec<f64> = series.iter().map(sharpe).collect();
    let quality = |p: &Vec<f64>| Metrics::of(p, &set.target, &set.time, neutral);
    let qualities: Vec<Metrics> = paths.iter().filter_map(quality).collect();
    let Some(metrics) = Metrics::mean(&qualities) else {
        return internal_err!("a cross-validation without paths");
    };
    let n = series.len() as f64;
    let mean = |i: usize| series.iter().map(|s| s[i]).sum::<f64>() / n;
    Ok(Trial {
        parameters: parameters.clone(),
        sharpe: path_sharpes.iter().sum::<f64>() / n,
        path_sharpes,
        metrics,
        returns: (0..series[0].len()).map(mean).collect(),
        folds,
    })
}

/// What one split's fit says of its test rows, which ascend.
struct Tested {
    train_rows: usize,
    rows: Vec<usize>,
    predictions: Vec<f64>,
}

fn predict_split(
    spec: &ModelSpec,
    parameters: &Parameters,
    set: &TrainingSet,
    cpcv: &Cpcv,
    split: usize,
    training: &Training<'_>,
) -> Result<Tested> {
    if (training.cancelled)() {
        return Err(cancelled());
    }
    let sets = cpcv.sets(split);
    let of = |wanted| (0..set.len()).filter(|r| sets[*r] == wanted).collect::<Vec<_>>();
    let (train, rows) = (of(Set::Train), of(Set::Test));
    let estimator = Estimator::fit(spec, parameters, set, &train, training)?;
    let features = set.gather(&rows);
    let columns: Vec<&[f64]> = features.iter().map(Vec::as_slice).collect();
    let predictions = estimator.scorer()?.predict(&columns)?;
    Ok(Tested { train_rows: train.len(), rows, predictions })
}

/// Runs jobs `0..count` on some threads; results come in the order of the jobs, and of several
/// errors the first one's.
fn in_order<T: Send>(
    count: usize,
    threads: usize,
    job: &(dyn Fn(usize) -> Result<T> + Sync),
) -> Result<Vec<T>> {
    let (next, failed) = (AtomicUsize::new(0), AtomicBool::new(false));
    let results: Mutex<Vec<(usize, Result<T>)>> = Mutex::new(Vec::with_capacity(count));
    let work = || {
        // Jobs are taken in order, so all before a failed one run to their end.
        while !failed.load(Ordering::Relaxed) {
            let i = next.fetch_add(1, Ordering::Relaxed);
            if i >= count {
                return;
            }
            let result = job(i);
            if result.is_err() {
                failed.store(true, Ordering::Relaxed);
            }
            results.lock().unwrap_or_else(PoisonError::into_inner).push((i, result));
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads.clamp(1, count.max(1)) {
            scope.spawn(work);
        }
        work();
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(i, _)| *i);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use datafusion::common::exec_err;

    use super::in_order;

    #[test]
    fn results_are_in_the_order_of_the_jobs() {
        for threads in [1, 2, 5] {
            let found = in_order(40, threads, &|i| Ok(i * i)).expect("all succeed");
            assert_eq!(found, (0..40).map(|i| i * i).collect::<Vec<_>>());
        }
        assert!(in_order(0, 2, &|i| Ok(i)).expect("nothing to do").is_empty());
    }

    #[test]
    fn the_first_error_is_reported() {
        for _ in 0..20 {
            let job = |i: usize| if i % 7 == 3 { exec_err!("job {i}") } else { Ok(i) };
            let error = in_order(100, 3, &job).expect_err("fails").to_string();
            assert!(error.contains("job 3"), "{error}");
        }
    }
}
