//! Properties of the series kernels: a value depends on its row and earlier rows only, bit for bit.

use proptest::prelude::*;
use trademl_math::rolling::rolling_std;
use trademl_math::triple_barrier::{Barriers, Label};
use trademl_math::zscore::zscore;

type Kernel = fn(&[f64], usize) -> Vec<f64>;

/// Prices from a random walk, with some repeated closes.
fn prices() -> impl Strategy<Value = Vec<f64>> {
    let step = prop_oneof![1 => Just(0.0), 6 => -0.2..0.2_f64];
    prop::collection::vec(step, 1..160).prop_map(|steps| {
        let walk = steps.into_iter().scan(100.0, |price, step: f64| {
            *price *= step.exp();
            Some(*price)
        });
        walk.collect()
    })
}

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|v| v.to_bits()).collect()
}

proptest! {
    #[test]
    fn later_rows_change_nothing(x in prices(), n in 2..40_usize, share in 0.0..1.0_f64) {
        let cut = (x.len() as f64 * share) as usize;
        let kernels: [Kernel; 1] = [rolling_std];
        for (i, kernel) in kernels.iter().enumerate() {
            let (whole, early) = (kernel(&x, n), kernel(&x[..cut], n));
            prop_assert!(early.len() <= whole.len());
            prop_assert_eq!(bits(&early), bits(&whole[..early.len()]), "kernel {}", i);
            prop_assert!(whole.iter().all(|v| v.is_finite()), "kernel {}", i);
        }
    }

    #[test]
    fn warm_up_is_as_documented(x in prices(), n in 2..40_usize) {
        prop_assert_eq!(rolling_std(&x, n).len(), x.len().saturating_sub(n - 1));
    }

    #[test]
    fn rolling_deviation_is_that_of_its_window(x in prices(), n in 2..40_usize) {
        for (window, value) in x.windows(n).zip(rolling_std(&x, n)) {
            let mean = window.iter().sum::<f64>() / n as f64;
            let squares: f64 = window.iter().map(|v| (v - mean) * (v - mean)).sum();
            let expected = (squares / (n as f64 - 1.0)).sqrt();
            prop_assert!((value - expected).abs() <= 1e-12 * mean.abs());
        }
    }

    #[test]
    fn labels_ignore_rows_after_their_exit(
        x in prices(), future in prices(), up in 0.2..4.0_f64, down in 0.2..4.0_f64,
        horizon in 1..20_usize, window in 2..20_usize,
    ) {
        let barriers = Barriers { take_profit: up, stop_loss: down, horizon, window };
        let labels: Vec<Label> = barriers.label(&x).collect();
        for label in labels {
            let mut other = x[..=label.exit].to_vec();
            prop_assert!(barriers.label(&other).any(|l| l == label));
            other.extend(&future);
            prop_assert!(barriers.label(&other).any(|l| l == label));
            prop_assert!(label.exit > label.entry && label.exit <= label.entry + horizon);
        }
    }

    #[test]
    fn more_rows_only_add_labels(x in prices(), horizon in 1..20_usize, window in 2..20_usize) {
        let barriers = Barriers { take_profit: 1.0, stop_loss: 1.0, horizon, window };
        let early: Vec<Label> = barriers.label(&x[..x.len() - 1]).collect();
        let whole: Vec<Label> = barriers.label(&x).collect();
        prop_assert!(early.iter().all(|l| whole.contains(l)));
    }

    #[test]
    fn scores_have_mean_0_and_deviation_1(x in prices()) {
        if let Some(z) = zscore(&x) {
            let n = z.len() as f64;
            prop_assert!(z.iter().sum::<f64>().abs() < 1e-8 * n);
            let squares: f64 = z.iter().map(|v| v * v).sum();
            prop_assert!((squares / (n - 1.0) - 1.0).abs() < 1e-9);
        }
    }
}
