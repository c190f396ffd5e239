//! Qstick: the mean body of the last bars. Chande & Kroll (1994), The New Technical Trader.

use super::filter::{Filter, each_row};
use super::sma::Sma;
use crate::kernel::Kernel;

/// The mean of close − open over the last `n` bars, in the unit of the price; `n − 1` rows of
/// warm-up.
#[derive(Debug, Clone)]
pub struct Qstick(Sma);

impl Qstick {
    /// A mean over `n ≥ 1` bars.
    pub fn new(n: usize) -> Self {
        Self(Sma::new(n))
    }
}

impl Kernel for Qstick {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[open, close]| self.0.update(close - open).map(|y| [y]));
    }

    fn size(&self) -> usize {
        self.0.bytes()
    }
}
