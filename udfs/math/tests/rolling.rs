//! Rolling statistics against their definitions over each window.

use proptest::prelude::*;
use trademl_math::kernel::{Kernel, run};
use trademl_math::returns::Change;
use trademl_math::rolling;

type Make = fn(usize, usize) -> Box<dyn Kernel>;
/// From the values of a window with their positions, and whether its last row has one.
type Define = fn(&[(f64, f64)], bool) -> f64;

fn mean(x: impl Iterator<Item = f64> + Clone) -> f64 {
    x.clone().sum::<f64>() / x.count() as f64
}

fn power(w: &[(f64, f64)], k: i32) -> f64 {
    let m = mean(w.iter().map(|p| p.1));
    w.iter().map(|p| (p.1 - m).powi(k)).sum()
}

/// Slope and intercept at position 0 by the normal equations.
fn line(w: &[(f64, f64)]) -> (f64, f64) {
    let (mt, my) = (mean(w.iter().map(|p| p.0)), mean(w.iter().map(|p| p.1)));
    let tt: f64 = w.iter().map(|p| (p.0 - mt) * (p.0 - mt)).sum();
    let ty: f64 = w.iter().map(|p| (p.0 - mt) * (p.1 - my)).sum();
    (ty / tt, my - ty / tt * mt)
}

const ONE: [(&str, Make, Define); 16] = [
    ("count", |n, _| Box::new(rolling::count(n)), |w, _| w.len() as f64),
    ("sum", |n, m| Box::new(rolling::sum(n, m)), |w, _| w.iter().map(|p| p.1).sum()),
    ("mean", |n, m| Box::new(rolling::mean(n, m)), |w, _| mean(w.iter().map(|p| p.1))),
    ("product", |n, m| Box::new(rolling::product(n, m)), |w, _| w.iter().map(|p| p.1).product()),
    (
        "variance",
        |n, m| Box::new(rolling::variance(n, m)),
        |w, _| {
            if w.len() < 2 { f64::NAN } else { power(w, 2) / (w.len() as f64 - 1.0) }
        },
    ),
    (
        "deviation",
        |n, m| Box::new(rolling::deviation(n, m)),
        |w, _| {
            if w.len() < 2 { f64::NAN } else { (power(w, 2) / (w.len() as f64 - 1.0)).sqrt() }
        },
    ),
    (
        "skewness",
        |n, m| Box::new(rolling::skewness(n, m)),
        |w, _| {
            let n = w.len() as f64;
            let raw = power(w, 3) / n / (power(w, 2) / n).powf(1.5);
            if n < 3.0 { f64::NAN } else { raw * (n * (n - 1.0)).sqrt() / (n - 2.0) }
        },
    ),
    (
        "kurtosis",
        |n, m| Box::new(rolling::excess_kurtosis(n, m)),
        |w, _| {
            let n = w.len() as f64;
            let raw = power(w, 4) / n / (power(w, 2) / n).powi(2);
            let g2 = (n + 1.0) * (raw - 3.0) + 6.0;
            if n < 4.0 { f64::NAN } else { (n - 1.0) / (n - 2.0) / (n - 3.0) * g2 }
        },
    ),
    (
        "min",
        |n, m| Box::new(rolling::min(n, m)),
        |w, _| w.iter().map(|p| p.1).fold(f64::NAN, f64::min),
    ),
    (
        "max",
        |n, m| Box::new(rolling::max(n, m)),
        |w, _| w.iter().map(|p| p.1).fold(f64::NAN, f64::max),
    ),
    (
        "median",
        |n, m| rolling::quantile(n, m, 0.5),
        |w, _| {
            let mut v: Vec<f64> = w.iter().map(|p| p.1).collect();
            v.sort_by(f64::total_cmp);
            match v.len() {
                0 => f64::NAN,
                n if n % 2 == 1 => v[n / 2],
                n => f64::midpoint(v[n / 2 - 1], v[n / 2]),
            }
        },
    ),
    (
        "rank",
        |n, m| rolling::rank(n, m),
        |w, last| {
            let Some((_, x)) = w.last().filter(|_| last) else { return f64::NAN };
            let below = w.iter().filter(|p| p.1 < *x).count() as f64;
            let same = w.iter().filter(|p| p.1 == *x).count() as f64;
            (below + f64::midpoint(same, 1.0)) / w.len() as f64
        },
    ),
    (
        "slope",
        |n, m| Box::new(rolling::slope(n, m)),
        |w, _| {
            if w.len() < 2 { f64::NAN } else { line(w).0 }
        },
    ),
    (
        "intercept",
        |n, m| Box::new(rolling::intercept(n, m.max(2))),
        |w, _| {
            if w.len() < 2 { f64::NAN } else { line(w).1 }
        },
    ),
    (
        "residual",
        |n, m| Box::new(rolling::residual(n, m)),
        |w, last| match w.last() {
            Some((t, y)) if last && w.len() > 1 => y - (line(w).1 + line(w).0 * t),
            _ => f64::NAN,
        },
    ),
    (
        "linear decay",
        |n, _| Box::new(rolling::linear_decay(n)),
        |w, _| {
            let weights: f64 = w.iter().map(|p| p.0 + 1.0).sum();
            w.iter().map(|p| (p.0 + 1.0) * p.1).sum::<f64>() / weights
        },
    ),
];

/// Values of a series, some missing.
fn series() -> impl Strategy<Value = Vec<f64>> {
    let value = prop_oneof![8 => -2.0..2.0_f64, 1 => Just(f64::NAN), 1 => Just(0.5)];
    prop::collection::vec(value, 0..90)
}

fn close(a: f64, b: f64) -> bool {
    (a.is_nan() && b.is_nan()) || (a - b).abs() <= 1e-9 * (1.0 + b.abs())
}

proptest! {
    #[test]
    fn each_value_is_that_of_its_window(x in series(), n in 1..12_usize, least in 1..12_usize) {
        for (name, make, define) in &ONE {
            // A window that does not move has no skewness, and rounding decides what moves.
            let least = if *name == "linear decay" { n } else { least };
            let found = run(make(n, least).as_mut(), &[&x], 1).remove(0);
            for i in 0..x.len() {
                let from = (i + 1).saturating_sub(n);
                let w: Vec<(f64, f64)> = x[from..=i].iter().enumerate()
                    .filter(|(_, v)| !v.is_nan()).map(|(t, v)| (t as f64, *v)).collect();
                let enough = *name == "count" || w.len() >= least;
                let flat = power(&w, 2) < 1e-9;
                if flat && matches!(*name, "skewness" | "kurtosis") { continue; }
                let expected = if enough { define(&w, !x[i].is_nan()) } else { f64::NAN };
                prop_assert!(close(found[i], expected),
                    "{} over {} with {} at row {}: {} for {}", name, n, least, i, found[i], expected);
            }
        }
    }

    #[test]
    fn extremes_are_dated(x in prop::collection::vec(-3..3_i32, 1..60), n in 1..9_usize) {
        let x: Vec<f64> = x.into_iter().map(f64::from).collect();
        let low = run(&mut rolling::argmin(n, 1), &[&x], 1).remove(0);
        let high = run(&mut rolling::argmax(n, 1), &[&x], 1).remove(0);
        for i in 0..x.len() {
            let w = &x[(i + 1).saturating_sub(n)..=i];
            let first = |of: f64| w.len() - 1 - w.iter().position(|v| *v == of).unwrap();
            let least = w.iter().copied().fold(f64::NAN, f64::min);
            let most = w.iter().copied().fold(f64::NAN, f64::max);
            prop_assert_eq!((low[i], high[i]), (first(least) as f64, first(most) as f64));
        }
    }

    #[test]
    fn two_series(pairs in prop::collection::vec((-2.0..2.0_f64, -2.0..2.0_f64), 0..80), n in 2..12_usize) {
        let (x, y): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
        let found = |k: &mut dyn Kernel| run(k, &[&x, &y], 1).remove(0);
        let correlation = found(&mut rolling::correlation(n, n));
        let covariance = found(&mut rolling::covariance(n, n));
        let beta = found(&mut rolling::beta(n, n));
        for i in 0..x.len() {
            if i + 1 < n {
                prop_assert!(correlation[i].is_nan() && covariance[i].is_nan() && beta[i].is_nan());
                continue;
            }
            let w = &pairs[i + 1 - n..=i];
            let (mx, my) = (mean(w.iter().map(|p| p.0)), mean(w.iter().map(|p| p.1)));
            let xy: f64 = w.iter().map(|p| (p.0 - mx) * (p.1 - my)).sum();
            let xx: f64 = w.iter().map(|p| (p.0 - mx).powi(2)).sum();
            let yy: f64 = w.iter().map(|p| (p.1 - my).powi(2)).sum();
            prop_assert!(close(covariance[i], xy / (n as f64 - 1.0)));
            prop_assert!(close(correlation[i], xy / (xx * yy).sqrt()));
            prop_assert!(close(beta[i], xy / yy));
        }
    }

    #[test]
    fn pieces_and_later_rows_change_no_bit(
        x in series(), n in 1..9_usize, cuts in prop::collection::vec(0..90_usize, 0..5), end in 0..90_usize,
    ) {
        let price: Vec<f64> = x.iter().map(|v| if v.is_nan() { 1.0 } else { v.exp() }).collect();
        let makes: Vec<(&str, Make)> = ONE.iter().map(|(name, make, _)| (*name, *make)).collect();
        let changes: [(&str, Make); 2] = [
            ("return", |n, _| Box::new(Change::simple_return(n))),
            ("momentum", |n, m| Box::new(Change::momentum(n + m, m))),
        ];
        for (name, make) in makes.iter().chain(&changes) {
            let x = if changes.iter().any(|c| c.0 == *name) { &price } else { &x };
            let whole = run(make(n, 1).as_mut(), &[x], 1).remove(0);
            let mut at: Vec<usize> = cuts.iter().map(|c| (*c).min(x.len())).collect();
            at.extend([0, end.min(x.len())]);
            at.sort_unstable();
            let mut kernel = make(n, 1);
            let mut pieces = vec![];
            for pair in at.windows(2) {
                pieces.extend(run(kernel.as_mut(), &[&x[pair[0]..pair[1]]], 1).remove(0));
            }
            let bits = |v: &[f64]| v.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
            prop_assert_eq!(bits(&pieces), bits(&whole[..pieces.len()]), "{}", name);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Longer than what is worked on at once, with few missing rows: windows of whole and of broken
    /// rows, wider than the series, too.
    #[test]
    fn long_series_in_pieces(
        values in prop::collection::vec(-2.0..2.0_f64, 1..2500),
        missing in prop::collection::vec(0..2500_usize, 0..4),
        n in prop::sample::select(vec![1, 2, 3, 7, 8, 20, 63, 64, 65, 250, 1000, 4000, usize::MAX]),
        cuts in prop::collection::vec(0..2500_usize, 0..6),
        asked in prop::collection::vec(0..2500_usize, 10),
    ) {
        let mut x = values;
        missing.iter().for_each(|i| if let Some(x) = x.get_mut(*i) { *x = f64::NAN });
        for (name, make, define) in &ONE {
            let whole = run(make(n, 2).as_mut(), &[&x], 1).remove(0);
            let mut at: Vec<usize> = cuts.iter().map(|c| (*c).min(x.len())).collect();
            at.extend([0, x.len()]);
            at.sort_unstable();
            let mut kernel = make(n, 2);
            let mut pieces = vec![];
            for pair in at.windows(2) {
                pieces.extend(run(kernel.as_mut(), &[&x[pair[0]..pair[1]]], 1).remove(0));
            }
            let bits = |v: &[f64]| v.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
            prop_assert_eq!(bits(&pieces), bits(&whole), "{}", name);
            for i in asked.iter().filter(|i| **i < x.len()) {
                let from = (i + 1).saturating_sub(n);
                let w: Vec<(f64, f64)> = x[from..=*i].iter().enumerate()
                    .filter(|(_, v)| !v.is_nan()).map(|(t, v)| (t as f64, *v)).collect();
                let least = if *name == "linear decay" { n } else { 2 };
                let flat = power(&w, 2) < 1e-9 && matches!(*name, "skewness" | "kurtosis");
                if flat || *name == "count" || *name == "product" { continue; }
                let expected = if w.len() >= least { define(&w, !x[*i].is_nan()) } else { f64::NAN };
                prop_assert!(close(whole[*i], expected),
                    "{} over {} at row {}: {} for {}", name, n, i, whole[*i], expected);
            }
        }
    }
}

/// A million rows on a high level: the sums of each window are those of exact arithmetic to rounding.
#[test]
fn a_million_rows_keep_their_digits() {
    let mut state = 42_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 44) as f64
    };
    // Whole numbers below 2^20 on a level of 10^9: sums and squares of deviations are exact in i128.
    let x: Vec<f64> = (0..1_000_000).map(|_| 1e9 + next()).collect();
    let n = 63;
    let mean = run(&mut rolling::mean(n, n), &[&x], 1).remove(0);
    let variance = run(&mut rolling::variance(n, n), &[&x], 1).remove(0);
    let (mut sum, mut squares) = (0_i128, 0_i128);
    for i in 0..x.len() {
        let v = x[i] as i128;
        (sum, squares) = (sum + v, squares + v * v);
        if let Some(old) = i.checked_sub(n) {
            let v = x[old] as i128;
            (sum, squares) = (sum - v, squares - v * v);
        }
        if i + 1 < n {
            continue;
        }
        let exact = (squares * n as i128 - sum * sum) as f64 / (n * (n - 1)) as f64;
        assert!((mean[i] / (sum as f64 / n as f64) - 1.0).abs() < 1e-14, "mean of row {i}");
        assert!((variance[i] / exact - 1.0).abs() < 1e-12, "variance of row {i}");
    }
}
