//! Percent rank: the share of the `n` values before the row that are smaller than it, times 100. The
//! first n rows have none.

use super::filter::Filter;
use super::sorted_window::SortedWindow;

/// The percent rank of a series.
#[derive(Debug, Clone)]
pub struct PercentRank {
    window: SortedWindow,
    n: f64,
}

impl PercentRank {
    /// Against `n ≥ 1` values.
    pub fn new(n: usize) -> Self {
        Self { window: SortedWindow::new(n), n: n as f64 }
    }
}

impl Filter for PercentRank {
    fn update(&mut self, x: f64) -> Option<f64> {
        let rank = self.window.is_full().then(|| self.window.below(x) as f64 / self.n * 100.0);
        self.window.push(x);
        rank
    }

    fn bytes(&self) -> usize {
        self.window.bytes()
    }
}
