//! Vertical horizontal filter: trend or range. White (1991), Futures 20(10).

use super::extremes::Extreme;
use super::filter::Filter;
use super::sliding::Sliding;

/// (highest − lowest of the last n values) / Σ |the last n changes|, 0 … 1; `n` rows of warm-up; 0
/// where nothing moved.
#[derive(Debug, Clone)]
pub struct Vhf {
    highest: Extreme,
    lowest: Extreme,
    changes: Sliding,
    previous: Option<f64>,
}

impl Vhf {
    /// A filter over `n ≥ 2` rows.
    pub fn new(n: usize) -> Self {
        Self {
            highest: Extreme::max(n),
            lowest: Extreme::min(n),
            changes: Sliding::new(n),
            previous: None,
        }
    }
}

impl Filter for Vhf {
    fn update(&mut self, x: f64) -> Option<f64> {
        let (highest, lowest) = (self.highest.update(x), self.lowest.update(x));
        let path = self.changes.update((x - self.previous.replace(x)?).abs())?;
        let range = highest? - lowest?;
        Some(if path > 0.0 { range / path } else { 0.0 })
    }

    fn bytes(&self) -> usize {
        self.highest.bytes() + self.lowest.bytes() + self.changes.bytes()
    }
}
