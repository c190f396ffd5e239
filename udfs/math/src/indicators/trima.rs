//! Triangular moving average: the mean of a mean, with weights that rise to the middle of the last
//! `n` values and fall again. The first n − 1 rows have none.

use super::chunk;
use super::filter::{Filter, update_by_fill};
use crate::kernel::Kernel;
use crate::rolling::mean;

/// The triangular average of a series.
pub struct Trima {
    n: usize,
    inner: Box<dyn Kernel>,
    outer: Box<dyn Kernel>,
}

impl Trima {
    /// Over `n ≥ 1` values.
    pub fn new(n: usize) -> Self {
        let (inner, outer) = (n.div_ceil(2), n / 2 + 1);
        Self { n, inner: mean(inner, inner), outer: mean(outer, outer) }
    }
}

impl Filter for Trima {
    fn update(&mut self, x: f64) -> Option<f64> {
        update_by_fill(self, x)
    }

    fn fill(&mut self, x: &[f64], out: &mut [f64]) {
        let most = chunk::rows(self.n);
        let mut means = chunk::scratch(most, &[x]);
        chunk::each(most, &[x], &mut [out], |[x], [out]| {
            let means = &mut means[..x.len()];
            self.inner.push(&[x], &mut [means]);
            self.outer.push(&[means], &mut [out]);
        });
    }

    fn bytes(&self) -> usize {
        self.inner.size() + self.outer.size()
    }
}
