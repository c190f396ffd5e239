//! Percentile of the last `n` values by nearest rank: the smallest value with at least p % of the
//! window at or below it. The first n − 1 rows have none.

use crate::kernel::Kernel;
use crate::rolling::order_statistic;

/// The `percentile`, 0 … 100, of the last `n ≥ 1` values.
pub fn percentile(n: usize, percentile: f64) -> Box<dyn Kernel> {
    // Multiplied before divided: 7·n/100 is exact where it is whole, 0.07·n need not be.
    let rank = (percentile * n as f64 / 100.0).ceil() as usize;
    let n = n.max(1);
    order_statistic(n, rank.clamp(1, n) - 1)
}
