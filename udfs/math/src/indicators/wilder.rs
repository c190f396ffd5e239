//! Wilder's moving average (TA-Lib's RMA): w ← (w·(n − 1) + x) / n, begun with the mean of the first
//! `n` values. The first n − 1 rows have none.
//!
//! Wilder (1978), New Concepts in Technical Trading Systems.

use super::chain::Chain;
use super::rows::Rows;
use super::smoothing::Smoothing;

/// Wilder's average of a series.
#[derive(Debug, Clone)]
pub struct Wilder(Smoothing);

impl Wilder {
    /// Over `n ≥ 1` rows.
    pub fn new(n: usize) -> Self {
        Self(Smoothing::wilder(n))
    }
}

impl Chain<1, 1> for Wilder {
    fn is_warm(&self) -> bool {
        self.0.is_warm()
    }

    #[inline(always)]
    fn next<N: Rows>(&mut self, level: N::Level, [x]: [N; 1]) -> Option<[N; 1]> {
        Some([self.0.next(level, x)?])
    }
}
