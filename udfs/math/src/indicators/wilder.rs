//! Wilder's moving average (TA-Lib's RMA): w ← (w·(n − 1) + x) / n, begun with the mean of the first
//! `n` values. The first n − 1 rows have none.
//!
//! Wilder (1978), New Concepts in Technical Trading Systems.

use super::filter::Filter;
use super::seeded::Seeded;

/// Wilder's average of a series.
#[derive(Debug, Clone)]
pub struct Wilder {
    level: Seeded,
    n: f64,
}

impl Wilder {
    /// Over `n ≥ 1` rows.
    pub fn new(n: usize) -> Self {
        Self { level: Seeded::new(n), n: n as f64 }
    }
}

impl Filter for Wilder {
    fn update(&mut self, x: f64) -> Option<f64> {
        let n = self.n;
        self.level.update(x, |w| (w * (n - 1.0) + x) / n)
    }
}
