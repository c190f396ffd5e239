//! True range: the largest of high − low, |high − close before| and |low − close before|. The first
//! row has none.
//!
//! Wilder (1978), New Concepts in Technical Trading Systems.

use super::filter::each_row;
use crate::kernel::Kernel;

/// The true range of bars; inputs high, low, close.
#[derive(Debug, Clone, Default)]
pub struct TrueRange {
    close: Option<f64>,
}

impl TrueRange {
    /// Before the first bar.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bar.
    pub fn update(&mut self, high: f64, low: f64, close: f64) -> Option<f64> {
        let before = self.close.replace(close)?;
        Some((high - low).max((before - high).abs()).max((before - low).abs()))
    }
}

impl Kernel for TrueRange {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[high, low, close]| {
            self.update(high, low, close).map(|range| [range])
        });
    }
}
