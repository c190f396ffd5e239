//! Percentile of the last `n` values by nearest rank: the smallest value with at least p % of the
//! window at or below it. The first n − 1 rows have none.

use super::filter::Filter;
use crate::rolling::Sorted;

/// The percentile of a series.
#[derive(Debug, Clone)]
pub struct Percentile {
    window: Sorted,
    n: usize,
    rank: usize,
}

impl Percentile {
    /// The `percentile`, 0 … 100, of `n ≥ 1` values.
    pub fn new(n: usize, percentile: f64) -> Self {
        // Multiplied before divided: 7·n/100 is exact where it is whole, 0.07·n need not be.
        let rank = (percentile * n as f64 / 100.0).ceil() as usize;
        let n = n.max(1);
        Self { window: Sorted::new(n), n, rank: rank.clamp(1, n) - 1 }
    }
}

impl Filter for Percentile {
    fn update(&mut self, x: f64) -> Option<f64> {
        self.window.push(x);
        self.window.values().get(self.rank).copied().filter(|_| self.window.count() == self.n)
    }

    fn bytes(&self) -> usize {
        self.window.size()
    }
}
