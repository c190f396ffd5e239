//! Elder ray: how far a bar's extremes are from the exponential average of the closes. Elder (1993),
//! Trading for a Living.

use super::ema::Ema;
use super::filter::{Filter, each_row};
use crate::kernel::Kernel;

/// Bull power, high − average, and bear power, low − average, in the unit of the price; `n − 1`
/// rows of warm-up.
#[derive(Debug, Clone)]
pub struct Eri(Ema);

impl Eri {
    /// An average over `n ≥ 1` rows.
    pub fn new(n: usize) -> Self {
        Self(Ema::new(n))
    }
}

impl Kernel for Eri {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[high, low, close]| {
            self.0.update(close).map(|average| [high - average, low - average])
        });
    }
}
