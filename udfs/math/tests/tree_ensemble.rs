//! Tree ensembles against Python LightGBM 4.7.0: `tests/reference/lightgbm.py` made the models, the
//! probes and the predictions. Raw scores must have equal bits. So must predictions, but for the last
//! bit where the objective calls `exp`: the C library of the machine that made the figures may have
//! another one. (On one machine the bits are equal: `udfs/lightgbm/tests` checks that.)

use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;
use trademl_math::tree_ensemble::{Objective, TreeEnsemble};

const CASES: [&str; 12] = [
    "binary",
    "categorical",
    "cross_entropy_lambda",
    "max_depth",
    "multiclass",
    "multiclassova",
    "poisson",
    "random_forest",
    "regression_nan",
    "signed_square",
    "stumps",
    "zero_as_missing",
];

fn read(file: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/reference/lightgbm");
    fs::read_to_string(folder.join(file)).expect(file)
}

fn model(case: &str) -> TreeEnsemble {
    TreeEnsemble::parse(&read(&format!("{case}.model.txt"))).expect(case)
}

/// Columns of a CSV file by name; empty fields are NaN.
fn columns(case: &str) -> Vec<(String, Vec<f64>)> {
    let text = read(&format!("{case}.csv"));
    let mut lines = text.lines();
    let names = lines.next().expect("header").split(',');
    let mut columns: Vec<(String, Vec<f64>)> = names.map(|n| (n.to_string(), vec![])).collect();
    for line in lines {
        for (column, field) in columns.iter_mut().zip(line.split(',')) {
            column.1.push(if field.is_empty() { f64::NAN } else { field.parse().expect("number") });
        }
    }
    columns
}

#[test]
fn predictions_have_the_bits_of_the_library() {
    for case in CASES {
        let model = model(case);
        let columns = columns(case);
        let (features, expected) = columns.split_at(model.feature_names().len());
        let names: Vec<&String> = features.iter().map(|c| &c.0).collect();
        assert_eq!(model.feature_names().iter().collect::<Vec<_>>(), names);
        let views: Vec<&[f64]> = features.iter().map(|c| c.1.as_slice()).collect();
        let found = [model.raw_scores(&views), model.predict(&views)].map(|f| f.expect(case));
        // The library divides a random forest's raw scores too.
        let skip = usize::from(case == "random_forest");
        for (kind, values) in found.iter().enumerate().skip(skip) {
            for k in 0..model.outputs() {
                let (name, column) = &expected[kind * model.outputs() + k];
                for (row, e) in column.iter().enumerate() {
                    let f = values[row * model.outputs() + k];
                    let transformed = kind == 1 && *model.objective() != Objective::Identity;
                    let slack = if transformed { 2.0 * f64::EPSILON * e.abs() } else { 0.0 };
                    let near = slack > 0.0 && (f - e).abs() <= slack;
                    let same = near || f.to_bits() == e.to_bits();
                    assert!(same, "{case} {name} row {row}: {f:?} is not {e:?}");
                }
            }
        }
    }
}

#[test]
fn importances_are_those_of_the_library() {
    for line in read("importance.csv").lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let model = model(fields[0]);
        let at = model.feature_names().iter().position(|n| n == fields[1]).expect("feature");
        let [splits, gain] = [2, 3].map(|i| fields[i].parse::<f64>().expect("number"));
        assert_eq!(model.split_importance()[at], splits, "{line}");
        // The text keeps six digits of each gain.
        assert!((model.gain_importance()[at] - gain).abs() <= 1e-5 * gain, "{line}");
    }
}

#[test]
fn errors_name_the_line() {
    let good = read("regression_nan.model.txt");
    let changed = |from: &str, to: &str| {
        assert!(good.contains(from), "{from}");
        TreeEnsemble::parse(&good.replacen(from, to, 1)).expect_err(to).to_string()
    };
    let checks = [
        (changed("tree\n", "forest\n"), "line 1: expected 'tree'"),
        (changed("version=v4", "version=v9"), "line 2: version: was 'v9', expected v3 or v4"),
        (changed("objective=regression", "objective=cubic"), "line 7: objective: was 'cubic'"),
        (changed("end of trees", ""), "it is truncated"),
        (changed("is_linear=0", "is_linear=1"), "linear trees are not supported"),
        (changed("num_leaves=7", "num_leaves=8"), "leaf_value: 7 values, expected 8"),
        (changed("num_leaves=7", "num_leaves=x"), "num_leaves: was 'x', expected a number"),
        (changed("threshold=", "threshold=1 "), "threshold: 7 values, expected 6"),
        (changed("left_child=", "left_child=0 -1 -2 -3 -4 -5\nold="), "left_child of node 0 was 0"),
        (changed("Tree=3", "Leaf=3"), "tree_sizes: 8 sizes, but 7 trees follow"),
        (
            changed("max_feature_idx=3", "max_feature_idx=2"),
            "4 names, expected max_feature_idx + 1",
        ),
    ];
    for (message, expected) in checks {
        assert!(message.starts_with("model text: line "), "{message}");
        assert!(message.contains(expected), "{message} does not say {expected}");
    }
    assert!(TreeEnsemble::parse("").is_err());
}

#[test]
fn refuses_features_of_another_shape() {
    let model = model("binary");
    assert!(model.predict(&[&[1.0]]).is_err());
    assert!(model.predict(&[&[1.0], &[1.0], &[1.0], &[1.0, 2.0]]).is_err());
    assert_eq!(model.predict(&[&[], &[], &[], &[]]), Ok(vec![]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever happens to the text, parsing gives a model that predicts, or an error.
    #[test]
    fn mutated_text_never_panics(
        case in 0..CASES.len(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..5_u8, any::<u8>()), 1..8),
    ) {
        let mut bytes = read(&format!("{}.model.txt", CASES[case])).into_bytes();
        for (at, kind, value) in edits {
            if bytes.is_empty() {
                break;
            }
            let at = at.index(bytes.len());
            match kind {
                0 => bytes[at] = value,
                1 => bytes[at] = b"0123456789-. =\n"[usize::from(value) % 15],
                2 => { bytes.remove(at); }
                3 => bytes.insert(at, b"0123456789-. =\n"[usize::from(value) % 15]),
                _ => bytes.truncate(at),
            }
        }
        let text = String::from_utf8_lossy(&bytes);
        if let Ok(model) = TreeEnsemble::parse(&text) {
            let row = [f64::NAN, 1.0, -1e300, 0.0];
            let names = model.feature_names().len();
            let columns: Vec<&[f64]> = (0..names).map(|_| row.as_slice()).collect();
            prop_assert!(model.predict(&columns).is_ok());
        }
    }
}
