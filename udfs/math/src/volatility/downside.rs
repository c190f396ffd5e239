//! Downside volatility: the root mean square of what returns fall short of a target.

use crate::kernel::Kernel;
use crate::rolling::Sum;
use crate::windowed::Windowed;

/// √(periods per year / n · Σ min(r − target, 0)²) over `n ≥ 1` rows of returns; rows above the
/// target count in `n`. Warm-up `n − 1` rows.
///
/// Sortino & van der Meer (1991), J. Portfolio Management 17(4).
pub fn downside(n: usize, target: f64, periods_per_year: f64) -> impl Kernel {
    let scale = periods_per_year / n as f64;
    let square = move |[x]: [f64; 1]| Some((x - target).min(0.0).powi(2));
    Windowed::new(n, square, move |window: Sum| (window.sum * scale).sqrt())
}
