//! Stochastic RSI: where the RSI is in its own range. Chande & Kroll (1993), Stochastic RSI and
//! Dynamic Momentum Index, Stocks & Commodities 11(5).

use super::filter::{Filter, each_row};
use super::rsi::Rsi;
use super::stochastic::Fast;
use crate::kernel::Kernel;

/// Fast K and D of the RSI, 0 … 100; the warm-ups of both add up.
pub struct StochRsi {
    rsi: Rsi,
    fast: Fast,
}

impl StochRsi {
    /// The RSI over `n ≥ 2` changes in its range of `range` rows, and the average of that.
    pub fn new(n: usize, range: usize, average: Box<dyn Filter>) -> Self {
        Self { rsi: Rsi::new(n), fast: Fast::new(range, average) }
    }
}

impl Kernel for StochRsi {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[x]| {
            let rsi = self.rsi.update(x)?;
            self.fast.update(rsi, rsi, rsi)
        });
    }

    fn size(&self) -> usize {
        self.fast.size()
    }
}
