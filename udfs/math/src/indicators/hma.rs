//! Hull moving average: WMA(2·WMA(x, n / 2) − WMA(x, n), √n), both spans cut to whole rows. The first
//! n − 1 + ⌊√n⌋ − 1 rows have none; n = 1 gives the series itself.
//!
//! Hull (2005), How to Reduce Lag in a Moving Average, alanhull.com.

use super::filter::Filter;
use super::wma::Wma;

/// The Hull average of a series.
#[derive(Debug, Clone)]
pub struct Hma {
    n: usize,
    half: Wma,
    full: Wma,
    outer: Wma,
}

impl Hma {
    /// Over `n ≥ 1` values.
    pub fn new(n: usize) -> Self {
        Self { n, half: Wma::new(n / 2), full: Wma::new(n), outer: Wma::new(n.isqrt()) }
    }
}

impl Filter for Hma {
    fn update(&mut self, x: f64) -> Option<f64> {
        if self.n <= 1 {
            return Some(x);
        }
        let half = self.half.update(x);
        let full = self.full.update(x)?;
        self.outer.update(2.0 * half? - full)
    }

    fn bytes(&self) -> usize {
        self.half.bytes() + self.full.bytes() + self.outer.bytes()
    }
}
