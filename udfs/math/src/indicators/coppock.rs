//! Coppock curve: a weighted mean of the sum of two rates of change, Coppock (1962), Barron's.

use super::filter::Filter;
use super::roc::{Roc, Scale};
use super::wma::Wma;

/// The curve in percent: weights 1 … `mean` from the oldest row on;
/// `max(first, second) + mean − 1` rows of warm-up.
#[derive(Debug, Clone)]
pub struct Coppock {
    rates: [Roc; 2],
    mean: Wma,
}

impl Coppock {
    /// A weighted mean over `mean` rows of rates of change over `first` and `second` rows.
    pub fn new(mean: usize, first: usize, second: usize) -> Self {
        let rates = [first, second].map(|n| Roc::new(Scale::Percent, n));
        Self { rates, mean: Wma::new(mean) }
    }
}

impl Filter for Coppock {
    fn update(&mut self, x: f64) -> Option<f64> {
        let [first, second] = self.rates.each_mut().map(|rate| rate.update(x));
        self.mean.update(first? + second?)
    }

    fn bytes(&self) -> usize {
        self.rates.iter().map(Filter::bytes).sum::<usize>() + self.mean.bytes()
    }
}
