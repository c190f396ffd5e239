//! Parkinson's volatility, from highs and lows.

use super::bar::range;
use crate::kernel::Kernel;
use crate::rolling::Sum;
use crate::windowed::Windowed;

/// √(periods per year / (4 n ln 2) · Σ ln(high / low)²) over `n ≥ 1` rows of high and low. Warm-up
/// `n − 1` rows; no value where a window holds a high below its low.
///
/// Parkinson (1980), J. Business 53(1). Without drift and without a gap overnight it is unbiased.
pub fn parkinson(n: usize, periods_per_year: f64) -> impl Kernel {
    let scale = periods_per_year / (4.0 * n as f64 * std::f64::consts::LN_2);
    let square = |[high, low]: [f64; 2]| Some(range(high, low).powi(2));
    Windowed::new(n, square, move |window: Sum| (window.sum * scale).sqrt())
}
