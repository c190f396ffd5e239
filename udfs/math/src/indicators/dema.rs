//! Double exponential moving average: 2·e − EMA(e) with e = EMA(x), each begun with the mean of its
//! first `n` values. The first 2·(n − 1) rows have none.
//!
//! Mulloy (1994), Smoothing Data with Faster Moving Averages, Stocks & Commodities 12(1).

use super::chain::Chain;
use super::rows::Rows;
use super::smoothing::Smoothing;

/// The double exponential average of a series.
#[derive(Debug, Clone)]
pub struct Dema {
    first: Smoothing,
    second: Smoothing,
}

impl Dema {
    /// Over a span of `n ≥ 1` rows.
    pub fn new(n: usize) -> Self {
        let average = Smoothing::exponential(n);
        Self { first: average.clone(), second: average }
    }
}

impl Chain<1, 1> for Dema {
    fn is_warm(&self) -> bool {
        self.second.is_warm()
    }

    #[inline(always)]
    fn next<N: Rows>(&mut self, level: N::Level, [x]: [N; 1]) -> Option<[N; 1]> {
        let first = self.first.next(level, x)?;
        let second = self.second.next(level, first)?;
        Some([x.all(2.0) * first - second])
    }
}
