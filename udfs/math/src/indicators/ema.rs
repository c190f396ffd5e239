//! Exponential moving average as in TA-Lib: e ← e + k·(x − e) with k = 2 / (n + 1), begun with the
//! mean of the first `n` values. The first n − 1 rows have none.

use super::chain::Chain;
use super::rows::Rows;
use super::smoothing::Smoothing;

/// The exponential average of a series.
#[derive(Debug, Clone)]
pub struct Ema(Smoothing);

impl Ema {
    /// Over a span of `n ≥ 1` rows.
    pub fn new(n: usize) -> Self {
        Self(Smoothing::exponential(n))
    }

    /// With a weight of the latest value of its own, still begun with the mean of `n` values.
    pub fn with_factor(n: usize, factor: f64) -> Self {
        Self(Smoothing::new(n, factor))
    }
}

impl Chain<1, 1> for Ema {
    fn is_warm(&self) -> bool {
        self.0.is_warm()
    }

    #[inline(always)]
    fn next<N: Rows>(&mut self, level: N::Level, [x]: [N; 1]) -> Option<[N; 1]> {
        Some([self.0.next(level, x)?])
    }
}
