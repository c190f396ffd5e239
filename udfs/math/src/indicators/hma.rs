//! Hull moving average: WMA(2·WMA(x, n / 2) − WMA(x, n), √n), both spans cut to whole rows. The first
//! n − 1 + ⌊√n⌋ − 1 rows have none; n = 1 gives the series itself.
//!
//! Hull (2005), How to Reduce Lag in a Moving Average, alanhull.com.

use super::chunk;
use super::stage::Stage;
use crate::kernel::{Kernel, append};
use crate::rolling::{ByPlace, Number, Reduction, linear_decay, windows};

/// The Hull average of a series.
pub struct Hma {
    n: usize,
    half: Stage,
    lead: Stage,
    outer: Box<dyn Kernel>,
}

/// Twice the average over half of the rows less that over all of them, from the values and the former; with
/// the sum of the weights of the latter.
struct Lead(f64);

impl Reduction<2, 2, 1> for Lead {
    type Join = ByPlace;
    const INPUTS: Option<[usize; 2]> = Some([0, 0]);

    #[inline(always)]
    fn told<N: Number>(&self, [_, weighted]: [N; 2], [_, half]: [N; 2]) -> [N; 1] {
        [half * half.all(2.0) - weighted / weighted.all(self.0)]
    }
}

impl Hma {
    /// Over `n ≥ 1` values.
    pub fn new(n: usize) -> Self {
        let count = n as f64;
        Self {
            n,
            half: Stage::new(linear_decay((n / 2).max(1))),
            lead: Stage::new(windows(n, Lead(count * (count + 1.0) / 2.0))),
            outer: linear_decay(n.isqrt()),
        }
    }
}

impl Kernel for Hma {
    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        let Self { n, half, lead, outer } = self;
        chunk::append_each(chunk::rows(*n), inputs, |[x]| {
            let [half] = half.next(&[x]);
            append(&mut **outer, &lead.next(&[x, half]), outputs)
        })
    }

    fn size(&self) -> usize {
        self.half.size() + self.lead.size() + self.outer.size()
    }
}
