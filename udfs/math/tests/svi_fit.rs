//! The SVI fit finds the global optimum: against scipy (`reference/svi_fit.py`) and against many starts of
//! a generic optimiser; the refit is free of arbitrage.

use proptest::prelude::*;
use trademl_math::options::svi::fit::svi_fit;
use trademl_math::options::svi::quotes::{QuoteError, Quotes};
use trademl_math::options::svi::raw::RawSvi;

const REFERENCE: &str = include_str!("reference/svi_fit.csv");

struct Case {
    name: String,
    best: f64,
    rows: [Vec<f64>; 3],
}

fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for line in REFERENCE.lines().filter(|line| !line.starts_with('#')) {
        if line.starts_with(|c: char| c.is_ascii_lowercase()) {
            let (name, best) = line.split_once(',').unwrap();
            let best = best.parse().unwrap();
            cases.push(Case { name: name.to_string(), best, rows: Default::default() });
        } else {
            let case = cases.last_mut().expect("a case first");
            for (column, value) in case.rows.iter_mut().zip(line.split(',')) {
                column.push(value.parse().unwrap());
            }
        }
    }
    cases
}

#[test]
fn no_worse_than_the_best_of_50_starts_of_scipy() {
    let cases = cases();
    assert_eq!(cases.len(), 10);
    for Case { name, best, rows: [k, w, p] } in &cases {
        let fit = svi_fit(k, w, Some(p)).unwrap();
        assert!(fit.squared_error <= 1.001 * best, "{name}: {} {best} {fit:?}", fit.squared_error);
        let (left, right) = fit.slice.wing_slopes();
        assert!(left.max(right) <= 2.0 && fit.slice.minimum().1 >= 0.0, "{name}: {fit:?}");
    }
}

fn grid(n: i32, low: f64, high: f64) -> Vec<f64> {
    (0..n).map(|i| low + (high - low) * f64::from(i) / f64::from(n - 1)).collect()
}

#[test]
fn a_slice_without_noise_comes_back() {
    for (a, b, rho, m, sigma) in [
        (-0.0410, 0.1331, 0.3060, 0.3586, 0.4153),
        (0.0001, 0.02, -0.3, 0.01, 0.02),
        (0.04, 0.3, -0.9, -0.1, 0.05),
        (0.0, 0.5, 0.7, 0.0, 1.5),
    ] {
        let slice = RawSvi::new(a, b, rho, m, sigma).unwrap();
        let k = grid(31, -1.5, 1.5);
        let w: Vec<f64> = k.iter().map(|k| slice.total_variance(*k)).collect();
        let fit = svi_fit(&k, &w, None).unwrap();
        assert!(fit.rmse < 1e-12 * w[0].max(0.01), "{fit:?}");
    }
}

#[test]
fn the_order_of_rows_does_not_matter() {
    let Case { rows: [k, w, p], .. } = cases().swap_remove(3);
    let reversed = |x: &[f64]| x.iter().rev().copied().collect::<Vec<f64>>();
    let there = svi_fit(&k, &w, Some(&p)).unwrap();
    assert_eq!(svi_fit(&reversed(&k), &reversed(&w), Some(&reversed(&p))).unwrap(), there);
}

#[test]
fn too_little_or_junk_is_refused() {
    let w = [0.04, 0.041, 0.042, 0.043, 0.05, 0.06];
    let k = [-0.2, -0.1, 0.0, 0.1, 0.2, 0.3];
    let fit = |k: &[f64], w: &[f64]| svi_fit(k, w, None).map(|fit| fit.rmse);
    assert_eq!(fit(&[], &[]), Err(QuoteError::TooFew(0)));
    assert_eq!(fit(&k[..4], &w[..4]), Err(QuoteError::TooFew(4)));
    assert_eq!(fit(&[0.1; 6], &w), Err(QuoteError::TooFew(1)));
    assert_eq!(fit(&k[..5], &w), Err(QuoteError::Lengths));
    assert_eq!(fit(&k, &[0.04, f64::NAN, 0.04, 0.04, 0.04, 0.04]), Err(QuoteError::NotFinite(1)));
    assert_eq!(fit(&k, &[0.04, 0.04, 0.0, 0.04, 0.04, 0.04]), Err(QuoteError::NoVariance(2)));
    let weight = |p: [f64; 6]| svi_fit(&k, &w, Some(&p)).map(|fit| fit.rmse);
    assert_eq!(weight([1.0, 1.0, 1.0, 1.0, 1.0, -1.0]), Err(QuoteError::NegativeWeight(5)));
    assert_eq!(weight([1.0, 1.0, 1.0, 1.0, 0.0, 0.0]), Err(QuoteError::TooFew(4)));
    assert!(weight([1.0, 1.0, 1.0, 1.0, 1.0, 0.0]).unwrap() < 1e-2);
}

/// Levenberg–Marquardt with numerical derivatives, and a penalty for what is not allowed: slow, simple
/// and unlike the kernel.
fn generic(k: &[f64], w: &[f64], start: [f64; 5]) -> f64 {
    let level = w.iter().sum::<f64>() / w.len() as f64;
    let slice = |x: &[f64; 5]| {
        let (rho, sigma) = (x[2].tanh(), x[4].exp());
        let b = x[1].exp().min(2.0 / (1.0 + rho.abs()));
        // The lowest point, which must not be negative, in place of a.
        let a = level * x[0] * x[0] - b * sigma * (1.0 - rho * rho).sqrt();
        let m = x[3];
        move |k: f64| a + b * (rho * (k - m) + ((k - m).powi(2) + sigma * sigma).sqrt())
    };
    let errors = |x: &[f64; 5]| -> Vec<f64> {
        let f = slice(x);
        k.iter().zip(w).map(|(k, w)| (w - f(*k)) / level).collect()
    };
    let squares = |e: &[f64]| e.iter().map(|e| e * e).sum::<f64>();
    let (mut x, mut damping) = (start, 1e-2);
    let mut now = errors(&x);
    for _ in 0..300 {
        let columns: Vec<Vec<f64>> = (0..5)
            .map(|i| {
                let mut moved = x;
                moved[i] += 1e-6;
                errors(&moved).iter().zip(&now).map(|(m, e)| (e - m) / 1e-6).collect()
            })
            .collect();
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let hessian = nalgebra::SMatrix::<f64, 5, 5>::from_fn(|i, j| {
            dot(&columns[i], &columns[j]) * if i == j { 1.0 + damping } else { 1.0 }
                + if i == j { 1e-14 } else { 0.0 }
        });
        let gradient = nalgebra::SVector::<f64, 5>::from_fn(|i, _| dot(&columns[i], &now));
        let Some(step) = hessian.lu().solve(&gradient) else { break };
        let to = std::array::from_fn(|i| x[i] + step[i].clamp(-1.0, 1.0));
        let next = errors(&to);
        if squares(&next) < squares(&now) {
            (x, now, damping) = (to, next, damping * 0.3);
        } else {
            damping *= 4.0;
            if damping > 1e12 {
                break;
            }
        }
    }
    squares(&now) * level * level
}

fn any_quotes() -> impl Strategy<Value = (Vec<f64>, Vec<f64>)> {
    let shape = (0.0..0.05, 0.01..0.8_f64, -0.95..0.95, -0.3..0.3, -5.0..0.5_f64);
    (shape, 5_usize..40, -8.0..-1.0_f64, prop::collection::vec(-1.0..1.0_f64, 80)).prop_map(
        |((lowest, b, rho, m, log_sigma), n, log_noise, noise)| {
            let (sigma, b) = (log_sigma.exp(), b / (1.0_f64 + f64::abs(rho)));
            let a = lowest - b * sigma * (1.0_f64 - rho * rho).sqrt() + 1e-4;
            let slice = RawSvi::new(a, b, rho, m, sigma).unwrap();
            let k: Vec<f64> = (0..n).map(|i| noise[i] * 0.6 + 1e-3 * i as f64).collect();
            let wobble = |i: usize| (log_noise.exp() * noise[40 + i]).exp();
            let w =
                k.iter().enumerate().map(|(i, k)| slice.total_variance(*k) * wobble(i)).collect();
            (k, w)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_worse_than_many_starts((k, w) in any_quotes()) {
        let fit = svi_fit(&k, &w, None).unwrap();
        for lean in [-1.2, -0.4, 0.4, 1.2] {
            for m in [-0.4, -0.1, 0.1, 0.4] {
                for log_sigma in [-3.5, -2.0, -0.5] {
                    let other = generic(&k, &w, [0.7, -1.5, lean, m, log_sigma]);
                    prop_assert!(
                        fit.squared_error <= 1.001 * other + 1e-22, "{} {other} {fit:?}", fit.squared_error
                    );
                }
            }
        }
    }

    #[test]
    fn the_refit_is_free_of_arbitrage((k, w) in any_quotes(), (k2, w2) in any_quotes()) {
        let first = Quotes::new(&k, &w, None).unwrap();
        let refit = first.refit(&first.fit(), None).unwrap();
        prop_assert!(refit.fit.slice.butterfly().is_free());
        let second = Quotes::new(&k2, &w2, None).unwrap();
        let later = second.refit(&second.fit(), Some(&refit.fit.slice)).unwrap();
        prop_assert!(later.fit.slice.butterfly().is_free());
        prop_assert!(later.fit.slice.calendar(&refit.fit.slice).is_free());
    }
}
