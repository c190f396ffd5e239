//! Detrended price oscillator: an earlier price less a mean around it. By definition, as in TA-Lib.

use fearless_simd::{Level as Processor, Simd};

use super::chunk;
use super::stage::Stage;
use crate::dispatch::dispatch;
use crate::kernel::{Kernel, Ring};
use crate::rolling::mean;

/// The price of n/2 + 1 rows ago (n/2 rounded down) less the mean of the last `n`, in the unit of
/// the price; `max(n − 1, n/2 + 1)` rows of warm-up.
pub struct Dpo {
    n: usize,
    mean: Stage,
    earlier: Ring,
}

impl Dpo {
    /// An oscillator over `n ≥ 2` rows.
    pub fn new(n: usize) -> Self {
        Self { n, mean: Stage::new(mean(n, n)), earlier: Ring::new(n / 2 + 1) }
    }

    fn fill(&mut self, x: &[f64], out: &mut [f64]) {
        let means = self.mean.next(&[x]);
        self.earlier.with_old(x, out, |_, old| old);
        dispatch!(Processor::new(), simd => simd.vectorize(#[inline(always)] || {
            out.iter_mut().zip(means).for_each(|(out, mean)| *out -= mean);
        }));
    }
}

impl Kernel for Dpo {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        chunk::each(chunk::rows(self.n), inputs, outputs, |[x], [out]| self.fill(x, out));
    }

    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        let [output, ..] = outputs else { return None };
        let most = chunk::rows(self.n);
        Some(chunk::append(most, inputs, output, |[x], out| self.fill(x, out)))
    }

    fn size(&self) -> usize {
        self.mean.size() + self.earlier.size()
    }
}
