//! Zero-lag exponential moving average: the EMA of 2·x − x[(n − 1) / 2 rows ago]. The first
//! (n − 1) / 2 + n − 1 rows have none.
//!
//! Ehlers & Way (2010), Zero Lag (Well, Almost), Stocks & Commodities 28(12).

use super::ema::Ema;
use super::filter::Filter;
use crate::kernel::Ring;

/// The zero-lag average of a series.
#[derive(Debug, Clone)]
pub struct Zlema {
    values: Ring,
    lag: usize,
    ema: Ema,
}

impl Zlema {
    /// Over a span of `n ≥ 1` rows.
    pub fn new(n: usize) -> Self {
        let lag = n.saturating_sub(1) / 2;
        Self { values: Ring::new(lag + 1), lag, ema: Ema::new(n) }
    }
}

impl Filter for Zlema {
    fn update(&mut self, x: f64) -> Option<f64> {
        self.values.push(x);
        match self.values.is_full() {
            true => self.ema.update(2.0 * x - self.values.ago(self.lag)),
            false => None,
        }
    }

    fn bytes(&self) -> usize {
        self.values.size()
    }
}
