//! Weighted moving average: the last `n` values with weights n, n − 1, … 1 from the latest back,
//! over n·(n + 1) / 2. The first n − 1 rows have none.

use super::filter::Filter;
use crate::rolling::{Frame, Weighted};

/// The weighted average of a series.
#[derive(Debug, Clone)]
pub struct Wma {
    frame: Frame<Weighted>,
    n: f64,
}

impl Wma {
    /// Over `n ≥ 1` values.
    pub fn new(n: usize) -> Self {
        let n = n.max(1);
        Self { frame: Frame::new(Some(n)), n: n as f64 }
    }
}

impl Filter for Wma {
    fn update(&mut self, x: f64) -> Option<f64> {
        let last = self.frame.push(Some(x));
        (last.count >= self.n).then(|| last.mean())
    }

    fn bytes(&self) -> usize {
        self.frame.size()
    }
}
