//! Donchian channel: the highest high and the lowest low of the last `n` rows, and their middle. The
//! first n − 1 rows have none.

use super::extremes::Extreme;
use super::filter::{Filter, each_row};
use crate::kernel::Kernel;

/// The channel; inputs high and low (or one series twice); outputs upper, middle, lower.
#[derive(Debug, Clone)]
pub struct Donchian {
    high: Extreme,
    low: Extreme,
}

impl Donchian {
    /// Over `n ≥ 1` rows.
    pub fn new(n: usize) -> Self {
        Self { high: Extreme::max(n), low: Extreme::min(n) }
    }

    /// Takes the next bar; gives upper, middle, lower.
    pub fn update(&mut self, high: f64, low: f64) -> Option<[f64; 3]> {
        let (upper, lower) = (self.high.update(high), self.low.update(low));
        let (upper, lower) = (upper?, lower?);
        Some([upper, f64::midpoint(upper, lower), lower])
    }
}

impl Kernel for Donchian {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[high, low]| self.update(high, low));
    }

    fn size(&self) -> usize {
        self.high.bytes() + self.low.bytes()
    }
}
