//! Triple exponential moving average: 3·e₁ − 3·e₂ + e₃ with e₁ = EMA(x), e₂ = EMA(e₁), e₃ = EMA(e₂),
//! each begun with the mean of its first `n` values. The first 3·(n − 1) rows have none.
//!
//! Mulloy (1994), Smoothing Data with Less Lag, Stocks & Commodities 12(2).

use super::ema::Ema;
use super::filter::Filter;

/// The triple exponential average of a series.
#[derive(Debug, Clone)]
pub struct Tema {
    first: Ema,
    second: Ema,
    third: Ema,
}

impl Tema {
    /// Over a span of `n ≥ 1` rows.
    pub fn new(n: usize) -> Self {
        let ema = Ema::new(n);
        Self { first: ema.clone(), second: ema.clone(), third: ema }
    }
}

impl Filter for Tema {
    fn update(&mut self, x: f64) -> Option<f64> {
        let first = self.first.update(x)?;
        let second = self.second.update(first)?;
        let third = self.third.update(second)?;
        Some(third + (3.0 * first - 3.0 * second))
    }
}
