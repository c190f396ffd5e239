//! Training from options and rows to a stored model.
//!
//! Expected values are derived here a second time: a model that knows the answer, one that knows
//! nothing, closed forms. LightGBM tests say so and pass when the library is not installed.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Date32Array, Float64Array, RecordBatch, StringArray,
};
use datafusion::arrow::datatypes::Float64Type;
use serde_json::{Value, json};
use trademl_udfs::models::{
    Estimator, LightGbmLibrary, ModelSpec, TrainedModel, Training, TrainingSet, find_lightgbm, fit,
    parse,
};

const SYMBOLS: usize = 5;

/// 60 dates of five symbols: `x` is noise, `signal` is what the symbol will return but for noise.
fn rows(missing: bool) -> RecordBatch {
    let mut state = 88_172_645_463_325_252_u64;
    let mut draw = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
    };
    let n = 60 * SYMBOLS;
    let date: Date32Array = (0..n).map(|i| Some(19_000 + (i / SYMBOLS) as i32)).collect();
    let end: Date32Array = (0..n).map(|i| Some(19_003 + (i / SYMBOLS) as i32)).collect();
    let symbol: StringArray = (0..n).map(|i| Some(format!("S{}", i % SYMBOLS))).collect();
    let signal: Vec<f64> = (0..n).map(|_| draw()).collect();
    let x: Float64Array = (0..n).map(|i| (!missing || i % 7 != 3).then(&mut draw)).collect();
    let ret: Float64Array = signal.iter().map(|s| Some(0.02 * s + 0.002 * draw())).collect();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("date", Arc::new(date)),
        ("label_end", Arc::new(end)),
        ("symbol", Arc::new(symbol)),
        ("signal", Arc::new(Float64Array::from(signal))),
        ("x", Arc::new(x)),
        ("ret", Arc::new(ret)),
    ];
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, c)| (n, c, true)))
        .expect("columns of one length")
}

fn options(more: &[(&str, Value)]) -> Vec<(String, Value)> {
    let common = [
        ("target", json!("ret")),
        ("time", json!("date")),
        ("label_end", json!("label_end")),
        ("key", json!("symbol")),
        ("cv", json!("cpcv")),
        ("n_folds", json!(6)),
        ("embargo", json!(2)),
    ];
    let all = common.iter().filter(|(n, _)| more.iter().all(|(m, _)| m != n)).chain(more);
    all.map(|(n, v)| ((*n).to_string(), v.clone())).collect()
}

fn spec(more: &[(&str, Value)]) -> ModelSpec {
    parse(&options(more)).expect("valid options")
}

fn train_with(
    spec: &ModelSpec,
    batches: &[RecordBatch],
    library: Option<LightGbmLibrary>,
    threads: usize,
) -> datafusion::common::Result<TrainedModel> {
    let set = TrainingSet::read(batches, spec)?;
    fit(
        spec,
        &set,
        &Training { lightgbm: library, threads, progress: &|_| {}, cancelled: &|| false },
    )
}

fn train(spec: &ModelSpec, batch: &RecordBatch) -> TrainedModel {
    train_with(spec, std::slice::from_ref(batch), None, 1).expect("trains")
}

fn refused(spec: &ModelSpec, batch: &RecordBatch) -> String {
    train_with(spec, std::slice::from_ref(batch), None, 1).expect_err("refused").to_string()
}

fn library() -> Option<LightGbmLibrary> {
    match find_lightgbm() {
        Ok(path) => Some(LightGbmLibrary::load(&path).expect("loads")),
        Err(missing) => {
            eprintln!("skipped: {missing}");
            None
        }
    }
}

#[test]
fn ridge_finds_the_signal_and_counts_its_trials() {
    let spec = spec(&[("model_type", json!("ridge")), ("alpha", json!([0.1, 1e6]))]);
    let model = train(&spec, &rows(false));
    assert_eq!(model.features, ["signal", "x"]);
    assert_eq!((model.n_rows, model.trials.len(), model.times.len()), (300, 2, 60));
    // C(6, 2) = 15 splits of two folds; k/N·C(N, k) = 5 paths.
    assert_eq!((model.splits.len(), model.folds.len()), (15, 6));
    for trial in &model.trials {
        assert_eq!((trial.folds.len(), trial.path_sharpes.len()), (30, 5));
        assert_eq!(trial.returns.len(), 60);
    }
    let best = &model.trials[model.best_trial];
    assert!(best.sharpe > 1.0 && best.metrics.ic.expect("a cross-section") > 0.9);
    let Estimator::Ridge { coefficients, .. } = &model.estimator else { panic!("not ridge") };
    assert!((coefficients[0] - 0.02).abs() < 5e-4 && coefficients[1].abs() < 5e-4);
    assert!(model.importance[0].share > 0.9, "{:?}", model.importance);
    assert!(model.overfitting.is_some() && model.trial_variance().is_some());
}

/// Positions from an out-of-sample fit, computed here from the published splits: fold `f` of a path
/// is predicted by a model that never saw it, so with `x` alone nothing is earned for sure, and with
/// the target itself as performance a perfect ranking earns the mean absolute deviation.
#[test]
fn returns_are_demeaned_positions_times_performance() {
    let batch = rows(false);
    let spec = spec(&[("model_type", json!("ridge")), ("features", json!(["signal"]))]);
    let model = train(&spec, &batch);
    let column = |name: &str| {
        let c = batch.column_by_name(name).expect(name);
        c.as_primitive::<Float64Type>().values().to_vec()
    };
    let (signal, ret) = (column("signal"), column("ret"));
    // One feature: demeaned, normalised positions are the demeaned, normalised signal, whatever the
    // coefficient is as long as it is positive.
    for (t, found) in model.trials[0].returns.iter().enumerate() {
        let rows = t * SYMBOLS..(t + 1) * SYMBOLS;
        let mean = signal[rows.clone()].iter().sum::<f64>() / SYMBOLS as f64;
        let gross: f64 = signal[rows.clone()].iter().map(|s| (s - mean).abs()).sum();
        let earned: f64 = rows.map(|i| (signal[i] - mean) / gross * ret[i]).sum();
        assert!((found - earned).abs() < 1e-12, "time {t}: {found} is not {earned}");
    }
}

#[test]
fn rows_split_and_shuffled_give_the_same_model() {
    let spec = spec(&[("model_type", json!("ridge")), ("alpha", json!([0.5, 2]))]);
    let batch = rows(false);
    let one = train(&spec, &batch);
    let pieces: Vec<_> =
        [(200, 100), (0, 50), (120, 80), (50, 70)].map(|(from, n)| batch.slice(from, n)).to_vec();
    let other = train_with(&spec, &pieces, None, 2).expect("trains");
    assert_eq!(one.to_json().expect("json"), other.to_json().expect("json"));
}

#[test]
fn a_stored_model_returns_to_the_bit() {
    let spec = spec(&[("model_type", json!("ridge"))]);
    let batch = rows(false);
    let model = train(&spec, &batch);
    let back = TrainedModel::from_json(&model.to_json().expect("json")).expect("reads");
    assert_eq!(back, model);
    let features: Vec<ArrayRef> =
        model.features.iter().map(|f| Arc::clone(batch.column_by_name(f).expect(f))).collect();
    let bits = |m: &TrainedModel| -> Vec<u64> {
        m.predict(&features).expect("predicts").values().iter().map(|v| v.to_bits()).collect()
    };
    assert_eq!(bits(&model), bits(&back));
    assert_eq!(back.time_array().expect("times").data_type().to_string(), "Date32");
    assert!(TrainedModel::from_json("{}").is_err());
}

#[test]
fn ridge_drops_and_counts_rows_without_features() {
    let spec = spec(&[("model_type", json!("ridge"))]);
    let batch = rows(true);
    let model = train(&spec, &batch);
    assert_eq!(model.n_dropped, (0..300).filter(|i| i % 7 == 3).count());
    assert_eq!(model.n_rows + model.n_dropped, 300);
    let features: Vec<ArrayRef> =
        model.features.iter().map(|f| Arc::clone(batch.column_by_name(f).expect(f))).collect();
    let predicted = model.predict(&features).expect("predicts");
    assert_eq!(predicted.null_count(), model.n_dropped);
    assert!(predicted.is_null(3) && predicted.is_valid(4));
}

#[test]
fn trees_are_the_same_with_one_and_two_threads() {
    let Some(library) = library() else { return };
    let spec = spec(&[
        ("model_type", json!("lightgbm")),
        ("num_iterations", json!(20)),
        ("num_leaves", json!([4, 8])),
        ("min_data_in_leaf", json!(10)),
        ("bagging_fraction", json!(0.8)),
        ("bagging_freq", json!(1)),
        ("seed", json!(7)),
    ]);
    let batch = rows(true);
    let models = [1, 2].map(|threads| {
        train_with(&spec, std::slice::from_ref(&batch), Some(library), threads).expect("trains")
    });
    assert_eq!(models[0], models[1]);
    let model = &models[0];
    assert_eq!((model.n_rows, model.n_dropped), (300, 0));
    assert!(model.trials[model.best_trial].metrics.ic.expect("a cross-section") > 0.7);
    assert!(model.importance[0].splits.expect("trees") > 0.0);
    let back = TrainedModel::from_json(&model.to_json().expect("json")).expect("reads");
    assert_eq!(back, *model);
}

#[test]
fn training_stops_when_told() {
    let spec = spec(&[("model_type", json!("ridge"))]);
    let set = TrainingSet::read(&[rows(false)], &spec).expect("reads");
    let told = AtomicUsize::new(0);
    let training = Training {
        lightgbm: None,
        threads: 2,
        progress: &|p| {
            assert_eq!(p.total, 16);
            told.fetch_add(1, Ordering::Relaxed);
        },
        cancelled: &|| told.load(Ordering::Relaxed) >= 3,
    };
    let error = fit(&spec, &set, &training).expect_err("cancelled").to_string();
    assert!(error.contains("cancelled"), "{error}");
    assert!(told.load(Ordering::Relaxed) < 15);
}

#[test]
fn bad_rows_are_named() {
    let spec = spec(&[("model_type", json!("ridge"))]);
    let batch = rows(false);
    let with = |name: &str, column: ArrayRef| {
        let at = batch.schema().index_of(name).expect(name);
        let mut columns = batch.columns().to_vec();
        columns[at] = column;
        RecordBatch::try_from_iter_with_nullable(
            batch.schema().fields().iter().zip(columns).map(|(f, c)| (f.name(), c, true)),
        )
        .expect("columns of one length")
    };
    let one = |v: Option<f64>| -> ArrayRef {
        Arc::new(
            (0..300).map(|i| if i == 7 { v } else { Some(f64::from(i)) }).collect::<Float64Array>(),
        )
    };
    let constant: ArrayRef = Arc::new(Float64Array::from(vec![0.5; 300]));
    let text: ArrayRef = Arc::new(StringArray::from(vec!["a"; 300]));
    let early: ArrayRef = Arc::new(Date32Array::from(vec![18_000; 300]));
    let place = "for symbol=S2, date=2022-01-09";
    let checks = [
        (with("ret", one(Some(f64::NAN))), format!("target: column 'ret' was NaN {place}")),
        (with("ret", one(Some(f64::INFINITY))), format!("target: column 'ret' was inf {place}")),
        (with("ret", one(None)), format!("target: column 'ret' was NULL {place}")),
        (with("x", one(Some(f64::NAN))), format!("features: column 'x' was NaN {place}")),
        (with("ret", constant), "ret: the target is 0.5 in all 300 rows".to_string()),
        (with("x", text), "features: 'x' is Utf8, expected a number".to_string()),
        (with("label_end", early), "label_end: was 2019-04-14 for symbol=S0".to_string()),
        (batch.slice(0, 0), "the relation has no rows".to_string()),
        (batch.slice(0, 15), "n_folds: was 6, but the rows have only 3 distinct times".to_string()),
    ];
    for (batch, expected) in checks {
        let message = refused(&spec, &batch);
        assert!(message.contains(&expected), "{message}\n  does not say\n{expected}");
    }
}

#[test]
fn bad_options_are_named() {
    let ridge = ("model_type", json!("ridge"));
    let trees = ("model_type", json!("lightgbm"));
    let checks: Vec<(Vec<(&str, Value)>, &str)> = vec![
        (vec![], "model_type: missing, expected 'ridge' or 'lightgbm'"),
        (vec![("model_type", json!("rigde"))], "(did you mean 'ridge'?)"),
        (vec![ridge.clone(), ("alhpa", json!(1))], "(did you mean 'alpha'?)"),
        (vec![ridge.clone(), ("alpha", json!(-1))], "alpha: was -1, expected a number ≥ 0"),
        (vec![ridge.clone(), ("alpha", json!("big"))], "alpha: was \"big\", expected a number ≥ 0"),
        (vec![ridge.clone(), ("alpha", json!([1, 1]))], "alpha: 1 is in the array twice"),
        (
            vec![
                ridge.clone(),
                ("alpha", json!([1, 2])),
                ("cv", json!("none")),
                ("n_folds", Value::Null),
                ("embargo", Value::Null),
            ],
            "cv: missing, expected 'cpcv'",
        ),
        (vec![ridge.clone(), ("label_end", Value::Null)], "label_end: missing"),
        (vec![ridge.clone(), ("n_test", json!(6))], "n_test: was 6, expected less than n_folds"),
        (vec![ridge.clone(), ("features", json!(["x", "ret"]))], "features: 'ret' is the target"),
        (vec![trees.clone(), ("n_estimators", json!(5))], "(did you mean 'num_iterations'?)"),
        (vec![trees.clone(), ("num_leaves", json!(1))], "expected an integer from 2 to 131072"),
        (vec![trees.clone(), ("bagging_fraction", json!(1.5))], "expected a number > 0 and ≤ 1"),
        (vec![trees.clone(), ("input_model", json!("/etc/passwd"))], "input_model: no such option"),
        (vec![trees, ("objective", json!("cubic"))], "expected one of 'regression'"),
    ];
    for (more, expected) in checks {
        let message = parse(&options(&more)).expect_err(expected).to_string();
        assert!(message.contains(expected), "{message}\n  does not say\n{expected}");
    }
    let missing = refused(&spec(&[ridge, ("features", json!(["sginal"]))]), &rows(false));
    assert!(missing.contains("no column 'sginal' (did you mean 'signal'?)"), "{missing}");
}

#[test]
fn lightgbm_without_its_library_says_how_to_get_it() {
    let spec = spec(&[("model_type", json!("lightgbm"))]);
    let message = refused(&spec, &rows(false));
    assert!(message.contains("run `make lightgbm`"), "{message}");
}
