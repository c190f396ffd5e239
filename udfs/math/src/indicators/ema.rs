//! Exponential moving average as in TA-Lib: e ← e + k·(x − e) with k = 2 / (n + 1), begun with the
//! mean of the first `n` values. The first n − 1 rows have none.

use super::filter::Filter;
use super::seeded::Seeded;

/// The exponential average of a series.
#[derive(Debug, Clone)]
pub struct Ema {
    level: Seeded,
    factor: f64,
}

impl Ema {
    /// Over a span of `n ≥ 1` rows.
    pub fn new(n: usize) -> Self {
        Self::with_factor(n, 2.0 / (n as f64 + 1.0))
    }

    /// With a weight of the latest value of its own, still begun with the mean of `n` values.
    pub fn with_factor(n: usize, factor: f64) -> Self {
        Self { level: Seeded::new(n), factor }
    }
}

impl Filter for Ema {
    fn update(&mut self, x: f64) -> Option<f64> {
        // With n = 1 the factor is 1: the value itself, not one that went through two roundings.
        let factor = self.factor;
        self.level.update(x, |e| if factor == 1.0 { x } else { (x - e) * factor + e })
    }
}
