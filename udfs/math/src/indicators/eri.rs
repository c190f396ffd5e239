//! Elder ray: how far a bar's extremes are from the exponential average of the closes. Elder (1993),
//! Trading for a Living.

use super::chain::{self, Chain};
use super::rows::Rows;
use super::smoothing::Smoothing;
use crate::kernel::Kernel;

/// Bull power, high − average, and bear power, low − average, in the unit of the price; `n − 1`
/// rows of warm-up.
#[derive(Debug, Clone)]
pub struct Eri(Smoothing);

impl Eri {
    /// An average over `n ≥ 1` rows.
    pub fn new(n: usize) -> Self {
        Self(Smoothing::exponential(n))
    }
}

impl Chain<3, 2> for Eri {
    fn is_warm(&self) -> bool {
        self.0.is_warm()
    }

    #[inline(always)]
    fn next<N: Rows>(&mut self, level: N::Level, [high, low, close]: [N; 3]) -> Option<[N; 2]> {
        let average = self.0.next(level, close)?;
        Some([high - average, low - average])
    }
}

impl Kernel for Eri {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        chain::push(self, inputs, outputs);
    }
}
