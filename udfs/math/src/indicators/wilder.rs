//! Wilder's moving average (TA-Lib's RMA): w ← (w·(n − 1) + x) / n, begun with the mean of the first
//! `n` values. The first n − 1 rows have none.
//!
//! Wilder (1978), New Concepts in Technical Trading Systems.

use fearless_simd::Simd;

use super::filter::{Blocks, Filter};
use super::smoothing::Smoothing;
use crate::rolling::Block;

/// Wilder's average of a series.
#[derive(Debug, Clone)]
pub struct Wilder(Smoothing);

impl Wilder {
    /// Over `n ≥ 1` rows.
    pub fn new(n: usize) -> Self {
        Self(Smoothing::new(n, 1.0 / n.max(1) as f64))
    }
}

impl Filter for Wilder {
    fn update(&mut self, x: f64) -> Option<f64> {
        self.0.update(x)
    }

    fn fill(&mut self, x: &[f64], out: &mut [f64]) {
        self.fill_blocks(x, out);
    }
}

impl Blocks for Wilder {
    fn is_between(&self) -> bool {
        self.0.is_between()
    }

    #[inline(always)]
    fn block<V: Simd>(&mut self, simd: V, x: Block<V>) -> Block<V> {
        self.0.block(simd, x)
    }
}
