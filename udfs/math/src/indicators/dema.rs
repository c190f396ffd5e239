//! Double exponential moving average: 2·e − EMA(e) with e = EMA(x), each begun with the mean of its
//! first `n` values. The first 2·(n − 1) rows have none.
//!
//! Mulloy (1994), Smoothing Data with Faster Moving Averages, Stocks & Commodities 12(1).

use super::ema::Ema;
use super::filter::Filter;

/// The double exponential average of a series.
#[derive(Debug, Clone)]
pub struct Dema {
    first: Ema,
    second: Ema,
}

impl Dema {
    /// Over a span of `n ≥ 1` rows.
    pub fn new(n: usize) -> Self {
        Self { first: Ema::new(n), second: Ema::new(n) }
    }
}

impl Filter for Dema {
    fn update(&mut self, x: f64) -> Option<f64> {
        let first = self.first.update(x)?;
        let second = self.second.update(first)?;
        Some(2.0 * first - second)
    }
}
