//! Chaikin's accumulation/distribution oscillator: a fast exponential average of the line less a
//! slow one.
//!
//! As in TA-Lib both averages begin with the first value of the line, not with a mean, and the
//! first max(fast, slow) − 1 rows have no value.

use super::ad::Ad;
use super::filter::each_row;
use crate::kernel::Kernel;

/// The oscillator; inputs high, low, close, volume.
#[derive(Debug, Clone)]
pub struct Adosc {
    line: Ad,
    weights: [f64; 2],
    averages: Option<[f64; 2]>,
    warm_up: usize,
}

impl Adosc {
    /// Of averages over `fast ≥ 1` and `slow ≥ 1` rows.
    pub fn new(fast: usize, slow: usize) -> Self {
        Self {
            line: Ad::new(),
            weights: [fast, slow].map(|n| 2.0 / (n as f64 + 1.0)),
            averages: None,
            warm_up: fast.max(slow).max(1) - 1,
        }
    }

    fn update(&mut self, high: f64, low: f64, close: f64, volume: f64) -> Option<f64> {
        let line = self.line.update(high, low, close, volume);
        let before = self.averages.unwrap_or([line; 2]);
        let [fast, slow] =
            [0, 1].map(|i| self.weights[i] * line + (1.0 - self.weights[i]) * before[i]);
        self.averages = Some([fast, slow]);
        if self.warm_up > 0 {
            self.warm_up -= 1;
            return None;
        }
        Some(fast - slow)
    }
}

impl Kernel for Adosc {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[high, low, close, volume]| {
            self.update(high, low, close, volume).map(|x| [x])
        });
    }
}
