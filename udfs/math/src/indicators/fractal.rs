//! Fractals: swing highs and lows, told once the bars after them are known.
//!
//! Williams (1995), Trading Chaos: a bar whose high is above those of the `left` bars before and the
//! `right` bars after it. The value stands in the last of those bars, not in the swing itself, so
//! nothing of the future is in it.

use super::extremes::Extreme;
use super::filter::{Filter, each_row};
use crate::kernel::{Kernel, Ring};

/// The peaks of one line.
#[derive(Debug, Clone)]
struct Peaks {
    before: Extreme,
    /// The bar in question, and those after it.
    latest: Ring,
    after: Extreme,
    left: Option<f64>,
}

impl Peaks {
    fn new(left: usize, right: usize) -> Self {
        Self {
            before: Extreme::max(left),
            latest: Ring::new(right + 1),
            after: Extreme::max(right),
            left: None,
        }
    }

    fn update(&mut self, x: f64) -> Option<f64> {
        if let Some(old) = self.latest.push(x) {
            self.left = self.before.update(old);
        }
        let (left, right) = (self.left, self.after.update(x));
        let around = left?.max(right?);
        Some(if self.latest.ago(self.latest.len() - 1) > around { 100.0 } else { 0.0 })
    }

    fn size(&self) -> usize {
        self.before.bytes() + self.latest.size() + self.after.bytes()
    }
}

/// 100 where the bar `right` rows ago was a swing high, and a swing low, else 0; `left + right` rows
/// of warm-up. Equal extremes are no swing.
#[derive(Debug, Clone)]
pub struct Fractal {
    highs: Peaks,
    lows: Peaks,
}

impl Fractal {
    /// Swings among `left ≥ 1` bars before and `right ≥ 1` bars after.
    pub fn new(left: usize, right: usize) -> Self {
        Self { highs: Peaks::new(left, right), lows: Peaks::new(left, right) }
    }
}

impl Kernel for Fractal {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[high, low]| {
            let (high, low) = (self.highs.update(high), self.lows.update(-low));
            Some([high?, low?])
        });
    }

    fn size(&self) -> usize {
        self.highs.size() + self.lows.size()
    }
}
