//! Detrended price oscillator: an earlier price less a mean around it. By definition, as in TA-Lib.

use super::chunk;
use super::stage::Stage;
use crate::kernel::{Kernel, append};
use crate::lagged::{Lagged, OfRows};
use crate::rolling::{Number, mean};

/// The price of n/2 + 1 rows ago (n/2 rounded down) less the mean of the last `n`, in the unit of
/// the price; `max(n − 1, n/2 + 1)` rows of warm-up.
pub struct Dpo {
    n: usize,
    mean: Stage,
    difference: Lagged<Difference, 2, 1>,
}

/// Of prices and means.
struct Difference;

impl OfRows<2, 1> for Difference {
    #[inline(always)]
    fn of<N: Number>(&self, [_, mean]: [N; 2], [earlier, _]: [N; 2]) -> [N; 1] {
        [earlier - mean]
    }
}

impl Dpo {
    /// An oscillator over `n ≥ 2` rows.
    pub fn new(n: usize) -> Self {
        Self { n, mean: Stage::new(mean(n, n)), difference: Lagged::new(n / 2 + 1, Difference) }
    }
}

impl Kernel for Dpo {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        chunk::each(chunk::rows(self.n), inputs, outputs, |[x], [out]| {
            self.difference.push(&[x, self.mean.next(&[x])], &mut [out]);
        });
    }

    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        chunk::append_each(chunk::rows(self.n), inputs, |[x]| {
            append(&mut self.difference, &[x, self.mean.next(&[x])], outputs)
        })
    }

    fn size(&self) -> usize {
        self.mean.size() + self.difference.size()
    }
}
