//! Coppock curve: a weighted mean of the sum of two rates of change, Coppock (1962), Barron's.

use super::filter::Filter;
use super::roc::percent;
use super::wma::Wma;
use crate::kernel::Ring;

/// The curve in percent: weights 1 … `mean` from the oldest row on;
/// `max(first, second) + mean − 1` rows of warm-up.
#[derive(Debug, Clone)]
pub struct Coppock {
    last: [Ring; 2],
    mean: Wma,
}

impl Coppock {
    /// A weighted mean over `mean` rows of rates of change over `first` and `second` rows.
    pub fn new(mean: usize, first: usize, second: usize) -> Self {
        Self { last: [first, second].map(Ring::new), mean: Wma::new(mean) }
    }
}

impl Filter for Coppock {
    fn update(&mut self, x: f64) -> Option<f64> {
        let rates = self.last.each_mut().map(|last| last.push(x).map(|old| percent(x, old)));
        let [first, second] = rates;
        self.mean.update(first? + second?)
    }

    fn bytes(&self) -> usize {
        self.last.iter().map(Ring::size).sum::<usize>() + self.mean.bytes()
    }
}
