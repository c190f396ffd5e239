//! Hull moving average: WMA(2·WMA(x, n / 2) − WMA(x, n), √n), both spans cut to whole rows. The first
//! n − 1 + ⌊√n⌋ − 1 rows have none; n = 1 gives the series itself.
//!
//! Hull (2005), How to Reduce Lag in a Moving Average, alanhull.com.

use super::chunk;
use super::stage::Stage;
use crate::kernel::{Kernel, append};
use crate::rolling::linear_decay;

/// The Hull average of a series.
pub struct Hma {
    n: usize,
    half: Stage,
    full: Stage,
    leads: Vec<f64>,
    outer: Box<dyn Kernel>,
}

impl Hma {
    /// Over `n ≥ 1` values.
    pub fn new(n: usize) -> Self {
        let [half, full, outer] = [(n / 2).max(1), n, n.isqrt()].map(linear_decay);
        Self { n, half: Stage::new(half), full: Stage::new(full), leads: vec![], outer }
    }
}

impl Hma {
    /// Twice the average over half of the rows less that over all of them.
    fn lead(&mut self, x: &[f64]) {
        self.leads.resize(x.len(), 0.0);
        chunk::map(
            [self.half.next(&[x]), self.full.next(&[x])],
            &mut self.leads,
            |[half, full]| 2.0 * half - full,
        );
    }
}

impl Kernel for Hma {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        chunk::each(chunk::rows(self.n), inputs, outputs, |[x], [out]| {
            self.lead(x);
            self.outer.push(&[&self.leads], &mut [out]);
        });
    }

    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        chunk::append_each(chunk::rows(self.n), inputs, |[x]| {
            self.lead(x);
            append(&mut *self.outer, &[&self.leads], outputs)
        })
    }

    fn size(&self) -> usize {
        let leads = self.leads.capacity() * size_of::<f64>();
        self.half.size() + self.full.size() + leads + self.outer.size()
    }
}
