//! Triangular moving average: the mean of a mean, with weights that rise to the middle of the last
//! `n` values and fall again. The first n − 1 rows have none.

use super::chunk;
use super::stage::Stage;
use crate::kernel::{Kernel, append};
use crate::rolling::mean;

/// The triangular average of a series.
pub struct Trima {
    n: usize,
    inner: Stage,
    outer: Box<dyn Kernel>,
}

impl Trima {
    /// Over `n ≥ 1` values.
    pub fn new(n: usize) -> Self {
        let (inner, outer) = (n.div_ceil(2), n / 2 + 1);
        Self { n, inner: Stage::new(mean(inner, inner)), outer: mean(outer, outer) }
    }
}

impl Kernel for Trima {
    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        chunk::append_each(chunk::rows(self.n), inputs, |[x]| {
            append(&mut *self.outer, &self.inner.next(&[x]), outputs)
        })
    }

    fn size(&self) -> usize {
        self.inner.size() + self.outer.size()
    }
}
