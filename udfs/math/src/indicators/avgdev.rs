//! Average deviation: the mean distance of the last `n` values from their mean, O(n) a row. The
//! first n − 1 rows have none.

use super::filter::Filter;
use crate::kernel::Ring;

/// The average deviation of a series.
#[derive(Debug, Clone)]
pub struct AvgDev {
    values: Ring,
    n: f64,
}

impl AvgDev {
    /// Over `n ≥ 1` values.
    pub fn new(n: usize) -> Self {
        Self { values: Ring::new(n), n: n as f64 }
    }
}

impl Filter for AvgDev {
    fn update(&mut self, x: f64) -> Option<f64> {
        self.values.push(x);
        self.values.is_full().then(|| {
            let mean = self.values.iter().sum::<f64>() / self.n;
            self.values.iter().map(|value| (value - mean).abs()).sum::<f64>() / self.n
        })
    }

    fn bytes(&self) -> usize {
        self.values.size()
    }
}
