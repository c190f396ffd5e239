//! Weighted moving average: the last `n` values with weights n, n − 1, … 1 from the latest back,
//! over n·(n + 1) / 2. The first n − 1 rows have none.

use super::filter::Filter;
use super::weighted_sum::WeightedSum;

/// The weighted average of a series.
#[derive(Debug, Clone)]
pub struct Wma {
    sums: WeightedSum,
    weights: f64,
}

impl Wma {
    /// Over `n ≥ 1` values.
    pub fn new(n: usize) -> Self {
        let n = n.max(1);
        Self { sums: WeightedSum::new(n), weights: n as f64 * (n as f64 + 1.0) / 2.0 }
    }
}

impl Filter for Wma {
    fn update(&mut self, x: f64) -> Option<f64> {
        self.sums.update(x).map(|(_, weighted)| weighted / self.weights)
    }

    fn bytes(&self) -> usize {
        self.sums.bytes()
    }
}
