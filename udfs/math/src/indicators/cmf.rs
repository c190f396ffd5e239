//! Chaikin's money flow: the money flow volume of the last `n` rows over their volume; 0 where
//! nothing was traded. The first n − 1 rows have none.

use super::filter::{Filter as _, each_row};
use super::money_flow::money_flow_volume;
use super::sliding::Sliding;
use crate::kernel::Kernel;

/// The money flow; inputs high, low, close, volume.
#[derive(Debug, Clone)]
pub struct Cmf {
    flow: Sliding,
    volume: Sliding,
}

impl Cmf {
    /// Over `n ≥ 1` rows.
    pub fn new(n: usize) -> Self {
        Self { flow: Sliding::new(n), volume: Sliding::new(n) }
    }

    fn update(&mut self, high: f64, low: f64, close: f64, volume: f64) -> Option<f64> {
        let flow = self.flow.update(money_flow_volume(high, low, close, volume));
        let volume = self.volume.update(volume);
        flow.zip(volume).map(|(flow, volume)| if volume > 0.0 { flow / volume } else { 0.0 })
    }
}

impl Kernel for Cmf {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[high, low, close, volume]| {
            self.update(high, low, close, volume).map(|x| [x])
        });
    }

    fn size(&self) -> usize {
        self.flow.bytes() + self.volume.bytes()
    }
}
