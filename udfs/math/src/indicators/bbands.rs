//! Bollinger bands: a moving average, and above and below it multiples of the standard deviation
//! (over n) of the last `n` values. They begin where both have a value.
//!
//! Bollinger (2001), Bollinger on Bollinger Bands.

use super::filter::{Filter, each_row};
use super::moving_average::moving_average;
use super::variance::Deviation;
use crate::kernel::Kernel;

/// The bands; outputs upper, middle, lower.
pub struct BBands {
    average: Box<dyn Filter>,
    deviation: Deviation,
    up: f64,
    down: f64,
}

impl BBands {
    /// Over `n ≥ 1` values with an average of type `matype`; `None` if there is no such type.
    pub fn new(n: usize, up: f64, down: f64, matype: i64) -> Option<Self> {
        let average = moving_average(matype, n)?;
        Some(Self { average, deviation: Deviation::new(n, 1.0), up, down })
    }

    fn update(&mut self, x: f64) -> Option<[f64; 3]> {
        let (middle, deviation) = (self.average.update(x), self.deviation.update(x));
        let (middle, deviation) = (middle?, deviation?);
        Some([middle + deviation * self.up, middle, middle - deviation * self.down])
    }
}

impl Kernel for BBands {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[x]| self.update(x));
    }

    fn size(&self) -> usize {
        self.average.bytes() + self.deviation.bytes()
    }
}
