//! Abdi and Ranaldo's spread, from closes and the middles of the ranges around them.

use crate::kernel::Kernel;
use crate::rolling::Sum;
use crate::windowed::Windowed;

/// The mean of the last `n ≥ 1` two-day spreads √max(4 (c₁ − η₁)(c₁ − η₂), 0), c the log close and η
/// the mean of log high and log low, 1 the row before and 2 the row itself; inputs are highs, lows and
/// closes. Warm-up `n` rows.
///
/// Abdi & Ranaldo (2017), Review of Financial Studies 30(12): their two-day corrected estimator, the
/// paper's remedy for negative products.
pub fn abdi_ranaldo(n: usize) -> impl Kernel {
    let rows = n as f64;
    let mut last: Option<[f64; 2]> = None;
    let two_days = move |[high, low, close]: [f64; 3]| {
        // Logs of ratios, so that high prices cost no digits.
        let [middle1, close1] = last.replace([(high * low).sqrt(), close])?;
        let product = (close1 / middle1).ln() * (close1 / (high * low).sqrt()).ln();
        Some((4.0 * product).max(0.0).sqrt())
    };
    Windowed::new(n, two_days, move |window: Sum| window.sum / rows)
}
