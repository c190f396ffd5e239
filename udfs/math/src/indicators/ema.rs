//! Exponential moving average as in TA-Lib: e ← e + k·(x − e) with k = 2 / (n + 1), begun with the
//! mean of the first `n` values. The first n − 1 rows have none.

use fearless_simd::Simd;

use super::filter::{Blocks, Filter};
use super::smoothing::Smoothing;
use crate::rolling::Block;

/// The exponential average of a series.
#[derive(Debug, Clone)]
pub struct Ema(Smoothing);

impl Ema {
    /// Over a span of `n ≥ 1` rows.
    pub fn new(n: usize) -> Self {
        Self::with_factor(n, 2.0 / (n as f64 + 1.0))
    }

    /// With a weight of the latest value of its own, still begun with the mean of `n` values.
    pub fn with_factor(n: usize, factor: f64) -> Self {
        Self(Smoothing::new(n, factor))
    }
}

impl Filter for Ema {
    fn update(&mut self, x: f64) -> Option<f64> {
        self.0.update(x)
    }

    fn fill(&mut self, x: &[f64], out: &mut [f64]) {
        self.fill_blocks(x, out);
    }
}

impl Blocks for Ema {
    fn is_between(&self) -> bool {
        self.0.is_between()
    }

    #[inline(always)]
    fn block<V: Simd>(&mut self, simd: V, x: Block<V>) -> Block<V> {
        self.0.block(simd, x)
    }
}
