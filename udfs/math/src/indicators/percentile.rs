//! Percentile of the last `n` values by nearest rank: the smallest value with at least p % of the
//! window at or below it. The first n − 1 rows have none.

use super::filter::Filter;
use super::sorted_window::SortedWindow;

/// The percentile of a series.
#[derive(Debug, Clone)]
pub struct Percentile {
    window: SortedWindow,
    rank: usize,
}

impl Percentile {
    /// The `percentile`, 0 … 100, of `n ≥ 1` values.
    pub fn new(n: usize, percentile: f64) -> Self {
        // Multiplied before divided: 7·n/100 is exact where it is whole, 0.07·n need not be.
        let rank = (percentile * n as f64 / 100.0).ceil() as usize;
        Self { window: SortedWindow::new(n), rank: rank.clamp(1, n.max(1)) - 1 }
    }
}

impl Filter for Percentile {
    fn update(&mut self, x: f64) -> Option<f64> {
        self.window.push(x);
        if self.window.is_full() { self.window.ranked(self.rank) } else { None }
    }

    fn bytes(&self) -> usize {
        self.window.bytes()
    }
}
