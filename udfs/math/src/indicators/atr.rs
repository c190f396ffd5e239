//! Average true range: Wilder's average of the true range. The first n rows have none.
//!
//! Wilder (1978), New Concepts in Technical Trading Systems.

use super::filter::{Filter, each_row};
use super::true_range::TrueRange;
use super::wilder::Wilder;
use crate::kernel::Kernel;

/// The average; inputs high, low, close.
#[derive(Debug, Clone)]
pub struct Atr {
    range: TrueRange,
    average: Wilder,
}

impl Atr {
    /// Over `n ≥ 1` rows.
    pub fn new(n: usize) -> Self {
        Self { range: TrueRange::new(), average: Wilder::new(n) }
    }

    /// Takes the next row.
    pub fn update(&mut self, high: f64, low: f64, close: f64) -> Option<f64> {
        let range = self.range.update(high, low, close)?;
        self.average.update(range)
    }
}

impl Kernel for Atr {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[high, low, close]| self.update(high, low, close).map(|x| [x]));
    }
}
