//! Vortex indicator: movement up and down as shares of the true range.
//!
//! Botes & Siepman (2010), The Vortex Indicator, Stocks & Commodities 28(1): +VI = Σ |high − low
//! before| / Σ true range, −VI = Σ |low − high before| / Σ true range.

use super::filter::{Filter, each_row};
use super::sliding::Sliding;
use super::true_range::TrueRange;
use crate::kernel::Kernel;

/// +VI and −VI over the last `n` changes, around 1; `n` rows of warm-up; 0 without range.
#[derive(Debug, Clone)]
pub struct Vortex {
    extremes: Option<[f64; 2]>,
    true_range: TrueRange,
    plus: Sliding,
    minus: Sliding,
    range: Sliding,
}

impl Vortex {
    /// Over `n ≥ 1` changes.
    pub fn new(n: usize) -> Self {
        Self {
            extremes: None,
            true_range: TrueRange::new(),
            plus: Sliding::new(n),
            minus: Sliding::new(n),
            range: Sliding::new(n),
        }
    }

    fn update(&mut self, high: f64, low: f64, close: f64) -> Option<[f64; 2]> {
        let range = self.true_range.update(high, low, close);
        let [high_before, low_before] = self.extremes.replace([high, low])?;
        let plus = self.plus.update((high - low_before).abs());
        let minus = self.minus.update((low - high_before).abs());
        let range = self.range.update(range?)?;
        let share = |sum: f64| if range > 0.0 { sum / range } else { 0.0 };
        Some([share(plus?), share(minus?)])
    }
}

impl Kernel for Vortex {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[high, low, close]| self.update(high, low, close));
    }

    fn size(&self) -> usize {
        self.plus.bytes() + self.minus.bytes() + self.range.bytes()
    }
}
