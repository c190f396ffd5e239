//! Hull moving average: WMA(2·WMA(x, n / 2) − WMA(x, n), √n), both spans cut to whole rows. The first
//! n − 1 + ⌊√n⌋ − 1 rows have none; n = 1 gives the series itself.
//!
//! Hull (2005), How to Reduce Lag in a Moving Average, alanhull.com.

use super::chunk;
use super::stage::Stage;
use crate::kernel::{Kernel, append};
use crate::lagged::{Lagged, OfRows};
use crate::rolling::{Number, linear_decay};

/// The Hull average of a series.
pub struct Hma {
    n: usize,
    half: Stage,
    full: Stage,
    lead: Lagged<Lead, 2, 1>,
    leads: Vec<f64>,
    outer: Box<dyn Kernel>,
}

/// Twice the average over half of the rows less that over all of them.
struct Lead;

impl OfRows<2, 1> for Lead {
    #[inline(always)]
    fn of<N: Number>(&self, [half, full]: [N; 2], _: [N; 2]) -> [N; 1] {
        [half * half.all(2.0) - full]
    }
}

impl Hma {
    /// Over `n ≥ 1` values.
    pub fn new(n: usize) -> Self {
        let [half, full, outer] = [(n / 2).max(1), n, n.isqrt()].map(linear_decay);
        let (half, full) = (Stage::new(half), Stage::new(full));
        Self { n, half, full, lead: Lagged::new(0, Lead), leads: vec![], outer }
    }
}

impl Kernel for Hma {
    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        let Self { n, half, full, lead, leads, outer } = self;
        chunk::append_each(chunk::rows(*n), inputs, |[x]| {
            let ([half], [full]) = (half.next(&[x]), full.next(&[x]));
            leads.clear();
            lead.append(&[half, full], &mut [leads]);
            append(&mut **outer, &[leads], outputs)
        })
    }

    fn size(&self) -> usize {
        let leads = self.leads.capacity() * size_of::<f64>();
        self.half.size() + self.full.size() + leads + self.outer.size()
    }
}
