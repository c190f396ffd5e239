//! Chaikin's accumulation/distribution line: the sum of all money flow volume so far.

use super::chain::{self, Chain};
use super::money_flow::money_flow_volume;
use super::rows::Rows;
use super::smoothing::Smoothing;
use crate::kernel::Kernel;

/// The line; inputs high, low, close, volume. Every row has a value.
#[derive(Debug, Clone)]
pub struct Ad {
    sum: Smoothing,
}

impl Ad {
    /// Before the first row.
    pub fn new() -> Self {
        Self { sum: Smoothing::sum(1, 1.0) }
    }
}

impl Default for Ad {
    fn default() -> Self {
        Self::new()
    }
}

impl Chain<4, 1> for Ad {
    fn is_warm(&self) -> bool {
        self.sum.is_warm()
    }

    #[inline(always)]
    fn next<N: Rows>(&mut self, level: N::Level, bar: [N; 4]) -> Option<[N; 1]> {
        Some([self.sum.next(level, money_flow_volume(bar))?])
    }
}

impl Kernel for Ad {
    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        let [output, ..] = outputs else { return None };
        Some(chain::append(self, inputs, output))
    }
}
