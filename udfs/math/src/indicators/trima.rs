//! Triangular moving average: the mean of a mean, with weights that rise to the middle of the last
//! `n` values and fall again. The first n − 1 rows have none.

use super::chunk;
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

impl Kernel for Trima {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        let most = chunk::rows(self.n);
        let mut means = chunk::scratch(most, inputs);
        chunk::each(most, inputs, outputs, |[x], [out]| {
            let means = &mut means[..x.len()];
            self.inner.push(&[x], &mut [means]);
            self.outer.push(&[means], &mut [out]);
        });
    }

    fn size(&self) -> usize {
        self.inner.size() + self.outer.size()
    }
}
