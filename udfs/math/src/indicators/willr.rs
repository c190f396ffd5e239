//! Williams' %R: where the close is in the range of the last rows, from the top. Williams (1973),
//! How I Made One Million Dollars Last Year Trading Commodities.

use super::extremes::Extreme;
use super::filter::{Filter, each_row};
use crate::kernel::Kernel;

/// −100 · (highest − close)/(highest − lowest) over the last `n` rows, −100 … 0; `n − 1` rows of
/// warm-up; 0 without range.
#[derive(Debug, Clone)]
pub struct WillR {
    highest: Extreme,
    lowest: Extreme,
}

impl WillR {
    /// Over `n ≥ 2` rows.
    pub fn new(n: usize) -> Self {
        Self { highest: Extreme::max(n), lowest: Extreme::min(n) }
    }

    fn update(&mut self, high: f64, low: f64, close: f64) -> Option<f64> {
        let (highest, lowest) = (self.highest.update(high), self.lowest.update(low));
        let (highest, range) = (highest?, highest? - lowest?);
        // The quotient first: 0 at the top, not −0.
        Some(if range == 0.0 { 0.0 } else { (highest - close) / (range / -100.0) })
    }
}

impl Kernel for WillR {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[high, low, close]| self.update(high, low, close).map(|y| [y]));
    }

    fn size(&self) -> usize {
        self.highest.bytes() + self.lowest.bytes()
    }
}
