//! Triangular moving average: the mean of a mean, with weights that rise to the middle of the last
//! `n` values and fall again. The first n − 1 rows have none.

use super::filter::Filter;
use super::sma::Sma;

/// The triangular average of a series.
#[derive(Debug, Clone)]
pub struct Trima {
    inner: Sma,
    outer: Sma,
}

impl Trima {
    /// Over `n ≥ 1` values.
    pub fn new(n: usize) -> Self {
        Self { inner: Sma::new(n.div_ceil(2)), outer: Sma::new(n / 2 + 1) }
    }
}

impl Filter for Trima {
    fn update(&mut self, x: f64) -> Option<f64> {
        let inner = self.inner.update(x)?;
        self.outer.update(inner)
    }

    fn bytes(&self) -> usize {
        self.inner.bytes() + self.outer.bytes()
    }
}
