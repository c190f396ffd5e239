//! On balance volume: the volume of rows that closed higher, less that of rows that closed lower, so
//! far; the first row's volume counts.
//!
//! Granville (1963), New Key to Stock Market Profits.

use super::filter::each_row;
use crate::kernel::Kernel;

/// The balance; inputs close, volume. Every row has a value.
#[derive(Debug, Clone, Default)]
pub struct Obv {
    close: Option<f64>,
    balance: f64,
}

impl Obv {
    /// Before the first row.
    pub fn new() -> Self {
        Self::default()
    }

    fn update(&mut self, close: f64, volume: f64) -> f64 {
        match self.close.replace(close) {
            Some(before) if close < before => self.balance -= volume,
            Some(before) if close == before => {}
            _ => self.balance += volume,
        }
        self.balance
    }
}

impl Kernel for Obv {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[close, volume]| Some([self.update(close, volume)]));
    }
}
