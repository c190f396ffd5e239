//! Percent rank: the share of the `n` values before the row that are smaller than it, times 100. The
//! first n rows have none.

use super::filter::Filter;
use crate::rolling::Sorted;

/// The percent rank of a series.
#[derive(Debug, Clone)]
pub struct PercentRank {
    window: Sorted,
    n: usize,
}

impl PercentRank {
    /// Against `n ≥ 1` values.
    pub fn new(n: usize) -> Self {
        Self { window: Sorted::new(n), n: n.max(1) }
    }
}

impl Filter for PercentRank {
    fn update(&mut self, x: f64) -> Option<f64> {
        let full = self.window.count() == self.n;
        let rank = full.then(|| self.window.less(x) as f64 / self.n as f64 * 100.0);
        self.window.push(x);
        rank
    }

    fn bytes(&self) -> usize {
        self.window.size()
    }
}
