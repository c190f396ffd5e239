//! Triple exponential moving average: 3·e₁ − 3·e₂ + e₃ with e₁ = EMA(x), e₂ = EMA(e₁), e₃ = EMA(e₂),
//! each begun with the mean of its first `n` values. The first 3·(n − 1) rows have none.
//!
//! Mulloy (1994), Smoothing Data with Less Lag, Stocks & Commodities 12(2).

use super::chain::Chain;
use super::rows::Rows;
use super::smoothing::Smoothing;

/// The triple exponential average of a series.
#[derive(Debug, Clone)]
pub struct Tema {
    first: Smoothing,
    second: Smoothing,
    third: Smoothing,
}

impl Tema {
    /// Over a span of `n ≥ 1` rows.
    pub fn new(n: usize) -> Self {
        let average = Smoothing::exponential(n);
        Self { first: average.clone(), second: average.clone(), third: average }
    }
}

impl Chain<1, 1> for Tema {
    fn is_warm(&self) -> bool {
        self.third.is_warm()
    }

    #[inline(always)]
    fn next<N: Rows>(&mut self, level: N::Level, [x]: [N; 1]) -> Option<[N; 1]> {
        let first = self.first.next(level, x)?;
        let second = self.second.next(level, first)?;
        let third = self.third.next(level, second)?;
        Some([third + (x.all(3.0) * first - x.all(3.0) * second)])
    }
}
