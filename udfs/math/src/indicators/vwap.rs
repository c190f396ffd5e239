//! Volume weighted average price from the first row on: Σ volume · (high + low + close) / 3 over
//! Σ volume; 0 as long as nothing was traded.

use super::filter::each_row;
use crate::kernel::Kernel;

/// The average price; inputs high, low, close, volume. Every row has a value.
#[derive(Debug, Clone, Default)]
pub struct Vwap {
    paid: f64,
    traded: f64,
    average: f64,
}

impl Vwap {
    /// Before the first row.
    pub fn new() -> Self {
        Self::default()
    }

    fn update(&mut self, high: f64, low: f64, close: f64, volume: f64) -> f64 {
        self.paid += (high + low + close) / 3.0 * volume;
        self.traded += volume;
        if self.traded > 0.0 {
            self.average = self.paid / self.traded;
        }
        self.average
    }
}

impl Kernel for Vwap {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[high, low, close, volume]| {
            Some([self.update(high, low, close, volume)])
        });
    }
}
