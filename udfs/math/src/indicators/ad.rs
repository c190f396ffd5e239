//! Chaikin's accumulation/distribution line: the sum of all money flow volume so far.

use super::filter::each_row;
use super::money_flow::money_flow_volume;
use crate::kernel::Kernel;

/// The line; inputs high, low, close, volume. Every row has a value.
#[derive(Debug, Clone, Default)]
pub struct Ad {
    sum: f64,
}

impl Ad {
    /// Before the first row.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next row.
    pub fn update(&mut self, high: f64, low: f64, close: f64, volume: f64) -> f64 {
        self.sum += money_flow_volume([high, low, close, volume]);
        self.sum
    }
}

impl Kernel for Ad {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[high, low, close, volume]| {
            Some([self.update(high, low, close, volume)])
        });
    }
}
