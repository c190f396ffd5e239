//! Pearson's correlation of the last `n` pairs; 0 where one of the two does not move. The first
//! n − 1 rows have none.

use crate::kernel::Kernel;
use crate::rolling::{Comoments, rolling};

/// The correlation of two series over the last `n ≥ 1` pairs.
pub fn correl(n: usize) -> impl Kernel {
    rolling(n, n, |s: Comoments, _| {
        let correlation = s.correlation();
        if correlation.is_nan() { 0.0 } else { correlation }
    })
}
