//! Ultimate oscillator: buying pressure over three spans.
//!
//! Williams (1985), The Ultimate Oscillator, Stocks & Commodities 3(4): with pressure = close −
//! min(low, close before), the index is 100 · (4a + 2b + c)/7, where a, b and c are Σ pressure /
//! Σ true range over the shortest, the middle and the longest span.

use super::filter::{Filter, each_row};
use super::sliding::Sliding;
use super::true_range::TrueRange;
use crate::kernel::Kernel;

/// The oscillator, 0 … 100; as many rows of warm-up as the longest span. A span without range
/// counts 0.
#[derive(Debug, Clone)]
pub struct UltOsc {
    close: Option<f64>,
    range: TrueRange,
    /// Pressure and range, shortest span first.
    spans: [(Sliding, Sliding); 3],
}

impl UltOsc {
    /// An oscillator over three spans of at least one row, in any order.
    pub fn new(mut spans: [usize; 3]) -> Self {
        spans.sort_unstable();
        let spans = spans.map(|n| (Sliding::new(n), Sliding::new(n)));
        Self { close: None, range: TrueRange::new(), spans }
    }

    fn update(&mut self, high: f64, low: f64, close: f64) -> Option<f64> {
        let range = self.range.update(high, low, close);
        let pressure = close - low.min(self.close.replace(close)?);
        let range = range?;
        let mut total = Some(0.0);
        for ((pressures, ranges), weight) in self.spans.iter_mut().zip([4.0, 2.0, 1.0]) {
            let share = pressures.update(pressure).zip(ranges.update(range));
            let share = share.map(|(p, r)| if r > 0.0 { p / r } else { 0.0 });
            total = total.zip(share).map(|(total, share)| total + weight * share);
        }
        total.map(|total| 100.0 * (total / 7.0))
    }
}

impl Kernel for UltOsc {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[high, low, close]| self.update(high, low, close).map(|y| [y]));
    }

    fn size(&self) -> usize {
        self.spans.iter().map(|(a, b)| a.bytes() + b.bytes()).sum()
    }
}
