//! Simple moving average: the mean of the last `n` values. The first n − 1 rows have none.

use super::filter::{Filter, update_by_fill};
use crate::kernel::Kernel;
use crate::rolling::mean;

/// The mean of the last `n` values.
pub struct Sma(Box<dyn Kernel>);

impl Sma {
    /// Over `n ≥ 1` values.
    pub fn new(n: usize) -> Self {
        Self(mean(n, n))
    }
}

impl Filter for Sma {
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
