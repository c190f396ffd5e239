//! Garman and Klass's volatility, from open, high, low and close.

use super::bar::range;
use crate::kernel::Kernel;
use crate::rolling::Sum;
use crate::windowed::Windowed;

/// √(periods per year / n · Σ (½ ln(high / low)² − (2 ln 2 − 1) ln(close / open)²)) over `n ≥ 1` rows
/// of open, high, low and close. Warm-up `n − 1` rows; no value where a window holds a high below
/// its low, or where closes outside their bars make the sum negative.
///
/// Garman & Klass (1980), J. Business 53(1): the practical form of their estimator. It assumes no
/// drift, and that a day opens where the last one closed.
pub fn garman_klass(n: usize, periods_per_year: f64) -> impl Kernel {
    let scale = periods_per_year / n as f64;
    let variance = |[open, high, low, close]: [f64; 4]| {
        let weight = 2.0 * std::f64::consts::LN_2 - 1.0;
        Some(0.5 * range(high, low).powi(2) - weight * (close / open).ln().powi(2))
    };
    Windowed::new(n, variance, move |window: Sum| (window.sum * scale).sqrt())
}
