//! The library through our FFI: equal to Python LightGBM 4.7.0, and our own evaluation of its model
//! texts equal to it. Without the library each test says so and passes.

use std::fs;
use std::path::{Path, PathBuf};

use arrow::array::Float64Array;
use trademl_lightgbm::{Booster, Dataset, Error, Library, Parameters, Score, find_library, train};
use trademl_math::tree_ensemble::TreeEnsemble;

fn library() -> Option<Library> {
    match find_library() {
        Ok(path) => Some(Library::load(&path).expect("loads")),
        Err(missing) => {
            eprintln!("skipped: {missing}");
            None
        }
    }
}

fn reference(file: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/reference/lightgbm");
    fs::read_to_string(folder.join(file)).expect(file)
}

/// Columns of a reference CSV; empty fields are NaN.
fn columns(file: &str) -> Vec<Vec<f64>> {
    let text = reference(file);
    let mut lines = text.lines();
    let mut columns = vec![vec![]; lines.next().expect("header").split(',').count()];
    for line in lines {
        for (column, field) in columns.iter_mut().zip(line.split(',')) {
            column.push(if field.is_empty() { f64::NAN } else { field.parse().expect("number") });
        }
    }
    columns
}

/// A column for the library: NaN becomes NULL, which must mean the same.
fn nullable(column: &[f64]) -> Float64Array {
    column.iter().map(|v| (!v.is_nan()).then_some(*v)).collect()
}

fn parameters(more: &[(&str, &str)]) -> Parameters {
    let mut parameters = Parameters::new(1);
    for (name, value) in more {
        parameters.set(name, value).expect("valid");
    }
    parameters
}

struct Data {
    columns: Vec<Vec<f64>>,
    arrays: Vec<Float64Array>,
    target: Float64Array,
}

fn training_data() -> Data {
    let mut columns = columns("trained.csv");
    let target = Float64Array::from(columns.pop().expect("target"));
    let arrays = columns.iter().map(|c| nullable(c)).collect();
    Data { columns, arrays, target }
}

fn names(n: usize) -> Vec<String> {
    ["a", "b", "c"].iter().take(n).map(ToString::to_string).collect()
}

const TRAINED: [(&str, &str); 8] = [
    ("min_data_in_leaf", "5"),
    ("objective", "regression"),
    ("num_leaves", "6"),
    ("learning_rate", "0.2"),
    ("feature_fraction", "0.7"),
    ("bagging_fraction", "0.8"),
    ("bagging_freq", "1"),
    ("lambda_l2", "0.5"),
];

fn fit(library: Library, data: &Data, p: &Parameters, iterations: usize) -> Result<String, Error> {
    let dataset = Dataset::new(library, &names(3), &data.arrays, &data.target, p)?;
    train(&dataset, p, iterations, &mut |_| true)
}

#[test]
fn trains_the_model_that_python_trains() {
    let Some(library) = library() else { return };
    let data = training_data();
    let text = fit(library, &data, &parameters(&TRAINED), 12).expect("trains");
    let (trees, _) = text.split_once("\nparameters:").expect("a parameter list");
    assert_eq!(trees, reference("trained.model.txt"));
}

#[test]
fn one_and_two_threads_give_one_model() {
    let Some(library) = library() else { return };
    let data = training_data();
    let [one, two] = ["1", "2"].map(|n| {
        let mut p = parameters(&TRAINED);
        p.set("num_threads", n).expect("valid");
        let text = fit(library, &data, &p, 12).expect("trains");
        text.split_once("\nparameters:").expect("a parameter list").0.to_string()
    });
    assert_eq!(one, two);
}

#[test]
fn our_evaluation_has_the_bits_of_the_library() {
    let Some(library) = library() else { return };
    let data = training_data();
    let sign = |name: &'static str| -> Vec<(&str, &str)> {
        let more = [("objective", name), ("num_leaves", "9"), ("min_data_in_leaf", "4")];
        more.to_vec()
    };
    let binary: Float64Array = data
        .target
        .values()
        .iter()
        .map(|v| f64::from(u8::from(*v > 0.0)))
        .collect::<Vec<_>>()
        .into();
    let counts: Float64Array =
        data.target.values().iter().map(|v| v.abs().floor()).collect::<Vec<_>>().into();
    let mut runs = vec![
        (sign("regression"), &data.target),
        (sign("quantile"), &data.target),
        (sign("binary"), &binary),
        (sign("cross_entropy"), &binary),
        (sign("poisson"), &counts),
    ];
    let mut forest = sign("regression");
    forest.extend([("boosting", "rf"), ("bagging_freq", "1"), ("bagging_fraction", "0.5")]);
    runs.push((forest, &data.target));
    let mut dart = sign("regression");
    dart.push(("boosting", "dart"));
    runs.push((dart, &data.target));
    for (options, target) in runs {
        let p = parameters(&options);
        let dataset = Dataset::new(library, &names(3), &data.arrays, target, &p).expect("data");
        let text = train(&dataset, &p, 20, &mut |_| true).expect("trains");
        let booster = Booster::from_text(library, &text).expect("loads");
        let ours = TreeEnsemble::parse(&text).expect("parses");
        let views: Vec<&[f64]> = data.columns.iter().map(Vec::as_slice).collect();
        let theirs = booster.predict(&data.arrays, Score::Transformed).expect("predicts");
        let bits = |v: &[f64]| v.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&ours.predict(&views).expect("predicts")), bits(&theirs), "{options:?}");
    }
}

#[test]
fn models_of_python_predict_alike_in_library_and_rust() {
    let Some(library) = library() else { return };
    let cases =
        ["binary", "categorical", "multiclass", "poisson", "regression_nan", "zero_as_missing"];
    for case in cases {
        let text = reference(&format!("{case}.model.txt"));
        let ours = TreeEnsemble::parse(&text).expect(case);
        let columns = &columns(&format!("{case}.csv"))[..4];
        let views: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let arrays: Vec<_> = columns.iter().map(|c| nullable(c)).collect();
        let booster = Booster::from_text(library, &text).expect(case);
        let theirs = booster.predict(&arrays, Score::Transformed).expect(case);
        let ours = ours.predict(&views).expect(case);
        for (i, (a, b)) in ours.iter().zip(&theirs).enumerate() {
            assert!(a.to_bits() == b.to_bits(), "{case} value {i}: {a:?} is not {b:?}");
        }
    }
}

#[test]
fn training_stops_when_told() {
    let Some(library) = library() else { return };
    let data = training_data();
    let p = parameters(&TRAINED);
    let dataset = Dataset::new(library, &names(3), &data.arrays, &data.target, &p).expect("data");
    let mut seen = vec![];
    let stopped = train(&dataset, &p, 1000, &mut |done| {
        seen.push(done);
        done < 3
    });
    assert!(matches!(stopped, Err(Error::Cancelled)));
    assert_eq!(seen, [0, 1, 2, 3]);
}

#[test]
fn refusals_carry_the_reason() {
    let Some(library) = library() else { return };
    let data = training_data();
    let p = parameters(&[]);
    let none = Float64Array::from(Vec::<f64>::new());
    let empty = vec![none.clone(), none.clone(), none.clone()];
    let error = Dataset::new(library, &names(3), &empty, &none, &p).expect_err("no rows");
    assert!(error.to_string().contains("0 rows"), "{error}");
    let error =
        Dataset::new(library, &names(2), &data.arrays, &data.target, &p).expect_err("names");
    assert!(error.to_string().contains("2 names for 3 features"), "{error}");
    let error = fit(library, &data, &parameters(&[("objective", "cubic")]), 3).expect_err("cubic");
    assert!(error.to_string().contains("cubic"), "{error}");
    let error = fit(library, &data, &parameters(&[("num_leaves", "1")]), 3).expect_err("one leaf");
    assert!(error.to_string().contains("num_leaves"), "{error}");
    assert!(Booster::from_text(library, "tree\nnonsense").is_err());
    let text = fit(library, &data, &p, 2).expect("trains");
    let booster = Booster::from_text(library, &text).expect("loads");
    assert!(booster.predict(&data.arrays[..2], Score::Raw).is_err());
}

#[test]
fn other_libraries_are_refused() {
    let missing = Library::load(Path::new("/no/such/lib_lightgbm.so")).expect_err("no file");
    assert!(missing.to_string().contains("cannot load '/no/such/lib_lightgbm.so'"), "{missing}");
    // Any library that is not LightGBM lacks the function that 4.7 brought.
    let other = Path::new("/lib/x86_64-linux-gnu/libc.so.6");
    if other.is_file() {
        let error = Library::load(other).expect_err("not LightGBM").to_string();
        assert!(error.contains("LGBM_DatasetCreateFromArrowStream"), "{error}");
        assert!(error.contains("expected LightGBM 4.7 or later"), "{error}");
    }
}
