//! Close-to-close volatility: the sample standard deviation of log returns.

use crate::kernel::Kernel;
use crate::rolling::Moments;
use crate::windowed::Windowed;

/// Annualised sample standard deviation (divisor n − 1) of the last `n ≥ 2` log returns of the
/// closes. Warm-up `n` rows.
pub fn close_to_close(n: usize, periods_per_year: f64) -> impl Kernel {
    let mut previous: Option<f64> = None;
    let log_return = move |[close]: [f64; 1]| previous.replace(close).map(|p| (close / p).ln());
    let value = move |window: Moments<2>| (window.variance(1.0) * periods_per_year).sqrt();
    Windowed::new(n, log_return, value)
}
