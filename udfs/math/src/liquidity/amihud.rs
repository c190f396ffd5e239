//! Amihud's illiquidity: how far a unit of money moves the price.

use crate::kernel::Kernel;
use crate::rolling::Sum;
use crate::windowed::Windowed;

/// The mean of |return| / value traded over the last `n ≥ 1` rows with trades; inputs are returns and
/// values traded. A row in which nothing was traded has no value and does not count. Warm-up: n − 1
/// rows with trades.
///
/// Amihud (2002), J. Financial Markets 5(1), eq. 1; the paper's tables multiply it by 10⁶.
pub fn amihud(n: usize) -> impl Kernel {
    let rows = n as f64;
    let ratio = |[x, traded]: [f64; 2]| (traded > 0.0).then(|| x.abs() / traded);
    Windowed::new(n, ratio, move |window: Sum| window.sum / rows)
}
