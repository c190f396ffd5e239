//! Price volume trend: the sum of volume · return so far, from 0. A close before of 0 has no return
//! and adds nothing.

use super::chain::{self, Chain};
use super::rows::{Before, Rows};
use super::smoothing::Smoothing;
use crate::kernel::Kernel;

/// The trend; inputs close, volume. Every row has a value, the first one 0.
#[derive(Debug, Clone)]
pub struct Pvt {
    close: Before,
    trend: Smoothing,
}

impl Pvt {
    /// Before the first row.
    pub fn new() -> Self {
        Self { close: Before::default(), trend: Smoothing::sum(1, 1.0) }
    }
}

impl Default for Pvt {
    fn default() -> Self {
        Self::new()
    }
}

impl Chain<2, 1> for Pvt {
    fn is_warm(&self) -> bool {
        self.trend.is_warm()
    }

    #[inline(always)]
    fn next<N: Rows>(&mut self, level: N::Level, [close, volume]: [N; 2]) -> Option<[N; 1]> {
        let added = match self.close.next(level, close) {
            Some(before) => (volume * ((close - before) / before)).unless_zero(before, 0.0),
            None => close.all(0.0),
        };
        Some([self.trend.next(level, added)?])
    }
}

impl Kernel for Pvt {
    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        let [output, ..] = outputs else { return None };
        Some(chain::append(self, inputs, output))
    }
}
