//! Price volume trend: the sum of volume · return so far, from 0. A close before of 0 has no return
//! and adds nothing.

use super::filter::each_row;
use crate::kernel::Kernel;

/// The trend; inputs close, volume. Every row has a value, the first one 0.
#[derive(Debug, Clone, Default)]
pub struct Pvt {
    close: Option<f64>,
    trend: f64,
}

impl Pvt {
    /// Before the first row.
    pub fn new() -> Self {
        Self::default()
    }

    fn update(&mut self, close: f64, volume: f64) -> f64 {
        if let Some(before) = self.close.replace(close)
            && before != 0.0
        {
            self.trend += volume * ((close - before) / before);
        }
        self.trend
    }
}

impl Kernel for Pvt {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[close, volume]| Some([self.update(close, volume)]));
    }
}
