//! TRIX: the rate of change over one row of a series smoothed three times. Hutson (1983), Good TRIX,
//! Stocks & Commodities 1(5).

use super::ema::Ema;
use super::filter::Filter;
use super::roc::percent;

/// The rate of change in percent; `3(n − 1) + 1` rows of warm-up.
#[derive(Debug, Clone)]
pub struct Trix {
    averages: [Ema; 3],
    last: Option<f64>,
}

impl Trix {
    /// Exponential averages over `n ≥ 1` rows.
    pub fn new(n: usize) -> Self {
        let averages = [Ema::new(n), Ema::new(n), Ema::new(n)];
        Self { averages, last: None }
    }
}

impl Filter for Trix {
    fn update(&mut self, x: f64) -> Option<f64> {
        let smooth = self.averages.iter_mut().try_fold(x, |x, average| average.update(x))?;
        self.last.replace(smooth).map(|old| percent(smooth, old))
    }
}
