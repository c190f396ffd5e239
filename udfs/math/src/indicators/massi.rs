//! Mass index: the sum over `slow` rows of the exponential average of high − low over the
//! exponential average of that average; the quotient is 1 where both are 0. The first
//! 2·(fast − 1) + slow − 1 rows have none.
//!
//! Dorsey (1992), The Mass Index, Stocks & Commodities 10.

use super::ema::Ema;
use super::filter::{Filter, each_row};
use super::sliding::Sliding;
use crate::kernel::Kernel;

/// The index; inputs high, low.
#[derive(Debug, Clone)]
pub struct Massi {
    once: Ema,
    twice: Ema,
    sum: Sliding,
}

impl Massi {
    /// Of averages over `fast ≥ 1` rows, summed over `slow ≥ 1`.
    pub fn new(fast: usize, slow: usize) -> Self {
        Self { once: Ema::new(fast), twice: Ema::new(fast), sum: Sliding::new(slow) }
    }

    fn update(&mut self, high: f64, low: f64) -> Option<f64> {
        let once = self.once.update(high - low)?;
        let twice = self.twice.update(once)?;
        self.sum.update(if twice == 0.0 { 1.0 } else { once / twice })
    }
}

impl Kernel for Massi {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[high, low]| self.update(high, low).map(|x| [x]));
    }

    fn size(&self) -> usize {
        self.sum.bytes()
    }
}
