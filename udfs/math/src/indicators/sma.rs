//! Simple moving average: the mean of the last `n` values. The first n − 1 rows have none.

use super::filter::Filter;
use super::sliding::Sliding;

/// The mean of the last `n` values.
#[derive(Debug, Clone)]
pub struct Sma {
    sum: Sliding,
    n: f64,
}

impl Sma {
    /// Over `n ≥ 1` values.
    pub fn new(n: usize) -> Self {
        Self { sum: Sliding::new(n), n: n as f64 }
    }
}

impl Filter for Sma {
    fn update(&mut self, x: f64) -> Option<f64> {
        self.sum.update(x).map(|sum| sum / self.n)
    }

    fn bytes(&self) -> usize {
        self.sum.bytes()
    }
}
