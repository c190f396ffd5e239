//! Acceleration bands: the means of the last `n` of high·(1 + w), close and low·(1 − w), where
//! w = 4·(high − low) / (high + low), 0 where high + low is. The first n − 1 rows have none.
//!
//! Headley (2002), Big Trends in Trading.

use super::filter::{Filter, each_row};
use super::sma::Sma;
use crate::kernel::Kernel;

/// The bands; inputs high, low, close; outputs upper, middle, lower.
#[derive(Debug, Clone)]
pub struct AccBands {
    upper: Sma,
    middle: Sma,
    lower: Sma,
}

impl AccBands {
    /// Over `n ≥ 1` rows.
    pub fn new(n: usize) -> Self {
        Self { upper: Sma::new(n), middle: Sma::new(n), lower: Sma::new(n) }
    }

    fn update(&mut self, high: f64, low: f64, close: f64) -> Option<[f64; 3]> {
        let sum = high + low;
        let width = if sum.abs() < 1e-14 { 0.0 } else { 4.0 * (high - low) / sum };
        let upper = self.upper.update(high * (1.0 + width));
        let middle = self.middle.update(close);
        let lower = self.lower.update(low * (1.0 - width));
        Some([upper?, middle?, lower?])
    }
}

impl Kernel for AccBands {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[high, low, close]| self.update(high, low, close));
    }

    fn size(&self) -> usize {
        self.upper.bytes() + self.middle.bytes() + self.lower.bytes()
    }
}
