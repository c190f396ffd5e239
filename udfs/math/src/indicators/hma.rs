//! Hull moving average: WMA(2·WMA(x, n / 2) − WMA(x, n), √n), both spans cut to whole rows. The first
//! n − 1 + ⌊√n⌋ − 1 rows have none; n = 1 gives the series itself.
//!
//! Hull (2005), How to Reduce Lag in a Moving Average, alanhull.com.

use super::chunk;
use crate::kernel::Kernel;
use crate::rolling::linear_decay;

/// The Hull average of a series.
pub struct Hma {
    n: usize,
    half: Box<dyn Kernel>,
    full: Box<dyn Kernel>,
    outer: Box<dyn Kernel>,
}

impl Hma {
    /// Over `n ≥ 1` values.
    pub fn new(n: usize) -> Self {
        let [half, full, outer] = [(n / 2).max(1), n, n.isqrt()].map(linear_decay);
        Self { n, half, full, outer }
    }
}

impl Kernel for Hma {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        let Self { n, half, full, outer } = self;
        let most = chunk::rows(*n);
        let [mut halves, mut fulls, mut leads] = [(); 3].map(|()| chunk::scratch(most, inputs));
        chunk::each(most, inputs, outputs, |[x], [out]| {
            let rows = x.len();
            half.push(&[x], &mut [&mut halves[..rows]]);
            full.push(&[x], &mut [&mut fulls[..rows]]);
            let leads = &mut leads[..rows];
            chunk::map([&halves, &fulls], leads, |[half, full]| 2.0 * half - full);
            outer.push(&[leads], &mut [out]);
        });
    }

    fn size(&self) -> usize {
        self.half.size() + self.full.size() + self.outer.size()
    }
}
