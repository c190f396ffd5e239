//! The variance of the last `n` values, over n (not n − 1), and the standard deviation. The first
//! n − 1 rows have none.

use crate::kernel::Kernel;
use crate::rolling::{Moments, rolling};

/// The variance of the last `n ≥ 1` values.
pub fn variance(n: usize) -> impl Kernel {
    rolling(n, n, |s: Moments<2>, _| s.variance(0.0))
}

/// A multiple of the standard deviation of the last `n ≥ 1` values.
pub fn deviation(n: usize, multiple: f64) -> impl Kernel {
    rolling(n, n, move |s: Moments<2>, _| s.variance(0.0).sqrt() * multiple)
}
