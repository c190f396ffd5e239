//! Commodity channel index: how far the typical price is from its mean, in mean deviations.
//!
//! Lambert (1980), Commodity Channel Index, Commodities 10: (p − mean) / (0.015 · mean |p − mean|)
//! over the last n typical prices p = (high + low + close)/3.

use super::filter::each_row;
use crate::kernel::{Kernel, Ring};

/// The index over `n` rows; `n − 1` rows of warm-up; 0 where all typical prices of the window, or
/// the last one and their mean, are equal. O(n) a row: deviations are from a mean that moves.
#[derive(Debug, Clone)]
pub struct Cci {
    typical: Ring,
    n: f64,
}

impl Cci {
    /// An index over `n ≥ 2` rows.
    pub fn new(n: usize) -> Self {
        Self { typical: Ring::new(n), n: n as f64 }
    }

    fn update(&mut self, high: f64, low: f64, close: f64) -> Option<f64> {
        let price = (high + low + close) / 3.0;
        self.typical.push(price);
        if !self.typical.is_full() {
            return None;
        }
        // The rounding of a mean must not look like a deviation.
        if self.typical.iter().all(|x| x == price) {
            return Some(0.0);
        }
        let mean = self.typical.iter().sum::<f64>() / self.n;
        let deviation = self.typical.iter().map(|x| (x - mean).abs()).sum::<f64>() / self.n;
        let distance = price - mean;
        Some(if distance.abs() <= 1e-15 * mean.abs() {
            0.0
        } else {
            distance / (0.015 * deviation)
        })
    }
}

impl Kernel for Cci {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[high, low, close]| self.update(high, low, close).map(|y| [y]));
    }

    fn size(&self) -> usize {
        self.typical.size()
    }
}
