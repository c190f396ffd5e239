//! TRIX: the rate of change over one row of a series smoothed three times. Hutson (1983), Good TRIX,
//! Stocks & Commodities 1(5).

use super::chain::Chain;
use super::roc::percent;
use super::rows::{Before, Rows};
use super::smoothing::Smoothing;

/// The rate of change in percent, 0 where it is of 0; `3(n − 1) + 1` rows of warm-up.
#[derive(Debug, Clone)]
pub struct Trix {
    averages: [Smoothing; 3],
    before: Before,
}

impl Trix {
    /// Exponential averages over `n ≥ 1` rows.
    pub fn new(n: usize) -> Self {
        let averages = std::array::from_fn(|_| Smoothing::exponential(n));
        Self { averages, before: Before::default() }
    }
}

impl Chain<1, 1> for Trix {
    fn is_warm(&self) -> bool {
        self.averages.iter().all(Smoothing::is_warm)
    }

    #[inline(always)]
    fn next<N: Rows>(&mut self, level: N::Level, [x]: [N; 1]) -> Option<[N; 1]> {
        let mut smooth = x;
        for average in &mut self.averages {
            smooth = average.next(level, smooth)?;
        }
        let before = self.before.next(level, smooth)?;
        Some([percent(smooth, before)])
    }
}
