//! Detrended price oscillator: an earlier price less a mean around it. By definition, as in TA-Lib.

use super::filter::Filter;
use super::sma::Sma;
use crate::kernel::Ring;

/// The price of n/2 + 1 rows ago (n/2 rounded down) less the mean of the last `n`, in the unit of
/// the price; `max(n − 1, n/2 + 1)` rows of warm-up.
#[derive(Debug, Clone)]
pub struct Dpo {
    mean: Sma,
    earlier: Ring,
}

impl Dpo {
    /// An oscillator over `n ≥ 2` rows.
    pub fn new(n: usize) -> Self {
        Self { mean: Sma::new(n), earlier: Ring::new(n / 2 + 1) }
    }
}

impl Filter for Dpo {
    fn update(&mut self, x: f64) -> Option<f64> {
        let (mean, earlier) = (self.mean.update(x), self.earlier.push(x));
        Some(earlier? - mean?)
    }

    fn bytes(&self) -> usize {
        self.mean.bytes() + self.earlier.size()
    }
}
