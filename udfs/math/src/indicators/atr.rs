//! Average true range: Wilder's average of the true range. The first n rows have none.
//!
//! Wilder (1978), New Concepts in Technical Trading Systems.

use super::chain::{self, Chain};
use super::rows::Rows;
use super::smoothing::Smoothing;
use super::true_range::TrueRange;
use crate::kernel::Kernel;

/// The average; inputs high, low, close.
#[derive(Debug, Clone)]
pub struct Atr {
    range: TrueRange,
    average: Smoothing,
}

impl Atr {
    /// Over `n ≥ 1` rows.
    pub fn new(n: usize) -> Self {
        Self { range: TrueRange::new(), average: Smoothing::wilder(n) }
    }
}

impl Chain<3, 1> for Atr {
    fn is_warm(&self) -> bool {
        self.average.is_warm()
    }

    #[inline(always)]
    fn next<N: Rows>(&mut self, level: N::Level, bar: [N; 3]) -> Option<[N; 1]> {
        let range = self.range.next(level, bar)?;
        Some([self.average.next(level, range)?])
    }
}

impl Kernel for Atr {
    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        let [output, ..] = outputs else { return None };
        Some(chain::append(self, inputs, output))
    }
}
