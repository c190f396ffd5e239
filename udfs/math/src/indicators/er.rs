//! Efficiency ratio: the way made as a share of the way gone. Kaufman (1995), Smarter Trading.

use super::chunk;
use super::way::Way;
use crate::kernel::Kernel;

/// |x − x of n rows ago| / Σ |changes between|, 0 … 1; `n` rows of warm-up; 1 where nothing moved,
/// as in TA-Lib.
pub struct Er(Way);

impl Er {
    /// A ratio over `n ≥ 2` changes.
    pub fn new(n: usize) -> Self {
        Self(Way::new(n))
    }

    fn fill(&mut self, x: &[f64], out: &mut [f64]) {
        chunk::map(self.0.next(x), out, |[made, gone]| {
            let (made, share) = (made.abs(), made.abs() / gone);
            // The way gone is at least the way made, but for rounding.
            if gone <= made { 1.0 } else { share }
        });
    }
}

impl Kernel for Er {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        chunk::each(self.0.rows(), inputs, outputs, |[x], [out]| self.fill(x, out));
    }

    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        let [output, ..] = outputs else { return None };
        let most = self.0.rows();
        Some(chunk::append(most, inputs, output, |[x], out| self.fill(x, out)))
    }

    fn size(&self) -> usize {
        self.0.size()
    }
}
