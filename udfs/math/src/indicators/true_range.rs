//! True range: the largest of high − low, |high − close before| and |low − close before|. The first
//! row has none.
//!
//! Wilder (1978), New Concepts in Technical Trading Systems.

use super::filter::each_row;
use super::rows::{Before, Rows, greater, magnitude};
use crate::kernel::Kernel;

/// The true range of bars; inputs high, low, close.
#[derive(Debug, Clone, Default)]
pub struct TrueRange {
    close: Before,
}

impl TrueRange {
    /// Before the first bar.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bar.
    pub fn update(&mut self, high: f64, low: f64, close: f64) -> Option<f64> {
        self.next((), [high, low, close])
    }

    /// Takes the next bars: one, or eight once there was one.
    #[inline(always)]
    pub fn next<N: Rows>(&mut self, level: N::Level, [high, low, close]: [N; 3]) -> Option<N> {
        let before = self.close.next(level, close)?;
        let gaps = [magnitude(before - high), magnitude(before - low)];
        Some(gaps.into_iter().fold(high - low, greater))
    }
}

impl Kernel for TrueRange {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[high, low, close]| {
            self.update(high, low, close).map(|range| [range])
        });
    }
}
