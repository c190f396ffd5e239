//! Stochastic RSI: where the RSI is in its own range. Chande & Kroll (1993), Stochastic RSI and
//! Dynamic Momentum Index, Stocks & Commodities 11(5).

use super::chunk;
use super::rsi::Rsi;
use super::stochastic::Fast;
use crate::kernel::Kernel;

/// Fast K and D of the RSI, 0 … 100; the warm-ups of both add up.
pub struct StochRsi {
    rsi: Rsi,
    range: usize,
    fast: Fast,
}

impl StochRsi {
    /// The RSI over `n ≥ 2` changes in its range of `range` rows, and the average of that.
    pub fn new(n: usize, range: usize, average: Box<dyn Kernel>) -> Self {
        Self { rsi: Rsi::new(n), range, fast: Fast::new(range, average) }
    }
}

impl Kernel for StochRsi {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        let Self { rsi, range, fast } = self;
        let most = chunk::rows(*range);
        let mut lines = chunk::scratch(most, inputs);
        chunk::each(most, inputs, outputs, |[x], [k, d]| {
            let line = &mut lines[..x.len()];
            rsi.push(&[x], &mut [line]);
            let begin = chunk::begin(line);
            k[..begin].fill(f64::NAN);
            d[..begin].fill(f64::NAN);
            fast.push(&[&line[begin..]; 3], &mut [&mut k[begin..], &mut d[begin..]]);
        });
    }

    fn size(&self) -> usize {
        self.fast.size()
    }
}
