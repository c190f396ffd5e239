//! Relative volume: a row's volume over the mean volume of the `n` rows before it. The first n rows
//! have none, nor has a row after `n` rows without volume (where TA-Lib divides by zero).

use super::filter::Filter;
use super::sma::Sma;

/// The relative volume of a series of volumes.

pub struct Rvol {
    average: Sma,
    before: Option<f64>,
}

impl Rvol {
    /// Against the mean of `n ≥ 1` rows.
    pub fn new(n: usize) -> Self {
        Self { average: Sma::new(n), before: None }
    }
}

impl Filter for Rvol {
    fn update(&mut self, x: f64) -> Option<f64> {
        let mean = std::mem::replace(&mut self.before, self.average.update(x))?;
        (mean != 0.0).then(|| x / mean)
    }

    fn bytes(&self) -> usize {
        self.average.bytes()
    }
}
