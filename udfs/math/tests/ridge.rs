//! Ridge regression against scikit-learn: `tests/reference/ridge.py` made the figures.

use proptest::prelude::*;
use trademl_math::ridge::{Ridge, RidgeOptions, fit};

const REFERENCE: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/reference/ridge.txt"));

#[derive(Default)]
struct Case {
    name: String,
    options: RidgeOptions,
    columns: Vec<Vec<f64>>,
    target: Vec<f64>,
    weights: Option<Vec<f64>>,
    expected: Vec<f64>,
}

fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for line in REFERENCE.lines() {
        let (key, rest) = line.split_once(' ').expect("key and values");
        if key == "case" {
            let words: Vec<&str> = rest.split(' ').collect();
            cases.push(Case {
                name: words[0].to_string(),
                options: RidgeOptions {
                    alpha: words[1].parse().expect("alpha"),
                    fit_intercept: words[2] == "true",
                    standardise: words[3] == "true",
                },
                ..Case::default()
            });
            continue;
        }
        let values: Vec<f64> = rest.split(' ').map(|v| v.parse().expect("number")).collect();
        let case = cases.last_mut().expect("a case first");
        match key {
            "x" => case.columns.push(values),
            "y" => case.target = values,
            "w" => case.weights = Some(values),
            "intercept" | "coefficients" => case.expected.extend(values),
            other => panic!("unknown line {other}"),
        }
    }
    cases
}

fn solve(case: &Case) -> Ridge {
    let columns: Vec<&[f64]> = case.columns.iter().map(Vec::as_slice).collect();
    fit(&columns, &case.target, case.weights.as_deref(), case.options).expect(&case.name)
}

#[test]
fn equals_scikit_learn() {
    assert_eq!(cases().len(), 12);
    for case in cases() {
        let model = solve(&case);
        let found: Vec<f64> = std::iter::once(model.intercept).chain(model.coefficients).collect();
        for (i, (f, e)) in found.iter().zip(&case.expected).enumerate() {
            let off = (f - e).abs();
            assert!(off <= 1e-9 * e.abs(), "{} {i}: {f} is not {e} (off {off:e})", case.name);
        }
    }
}

#[test]
fn predicts_the_intercept_plus_the_products() {
    let case = &cases()[0];
    let model = solve(case);
    let columns: Vec<&[f64]> = case.columns.iter().map(Vec::as_slice).collect();
    let predicted = model.predict(&columns).expect("predicts");
    let row = |i: usize| (0..3).map(|j| case.columns[j][i] * model.coefficients[j]).sum::<f64>();
    for (i, p) in predicted.iter().enumerate() {
        assert!((p - model.intercept - row(i)).abs() < 1e-14);
    }
    assert!(model.predict(&columns[..2]).is_err());
}

proptest! {
    /// At the solution the gradient `Xᵀ(y − Xb − b₀) − αb` vanishes, in every number of rows.
    #[test]
    fn gradient_vanishes(rows in 2_usize..1500, alpha in 1e-3_f64..100.0, seed in any::<u64>()) {
        let mut state = seed | 1;
        let mut draw = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
        };
        let columns: Vec<Vec<f64>> =
            (0..3).map(|j| (0..rows).map(|_| draw() * 10_f64.powi(j) + 3.0).collect()).collect();
        let target: Vec<f64> = (0..rows).map(|_| draw()).collect();
        let views: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let model = fit(&views, &target, None, RidgeOptions { alpha, ..Default::default() }).expect("fits");
        let predicted = model.predict(&views).expect("predicts");
        let residual: Vec<f64> = target.iter().zip(&predicted).map(|(y, p)| y - p).collect();
        prop_assert!(residual.iter().sum::<f64>().abs() < 1e-9 * rows as f64);
        for (column, b) in columns.iter().zip(&model.coefficients) {
            let dot: f64 = column.iter().zip(&residual).map(|(x, r)| x * r).sum();
            let size: f64 = column.iter().map(|x| x.abs()).sum();
            prop_assert!((dot - alpha * b).abs() < 1e-10 * (size + alpha * b.abs()));
        }
    }
}
