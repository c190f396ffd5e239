//! Weighted moving average: the last `n` values with weights n, n − 1, … 1 from the latest back,
//! over n·(n + 1) / 2. The first n − 1 rows have none.

use super::filter::{Filter, update_by_fill};
use crate::kernel::Kernel;
use crate::rolling::linear_decay;

/// The weighted average of a series.
pub struct Wma(Box<dyn Kernel>);

impl Wma {
    /// Over `n ≥ 1` values.
    pub fn new(n: usize) -> Self {
        Self(linear_decay(n))
    }
}

impl Filter for Wma {
    fn update(&mut self, x: f64) -> Option<f64> {
        update_by_fill(self, x)
    }

    fn fill(&mut self, x: &[f64], out: &mut [f64]) {
        self.0.push(&[x], &mut [out]);
    }

    fn append(&mut self, x: &[f64], output: &mut Vec<f64>) -> Option<bool> {
        self.0.append(&[x], &mut [output])
    }

    fn bytes(&self) -> usize {
        self.0.size()
    }
}
