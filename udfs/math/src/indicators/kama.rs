//! Kaufman's adaptive moving average: k ← k + c·(x − k), where c lies between the squared weights of
//! EMAs of 30 and 2 rows, by the efficiency ratio |x − x[n rows ago]| / Σ |change| of the last n.
//! It begins with the value before the first result. The first n rows have none; n = 1 gives the
//! series itself.
//!
//! Kaufman (1995), Smarter Trading. As TA-Lib, the ratio is 1 where nothing moved.

use super::filter::Filter;
use super::sliding::Sliding;
use crate::kernel::Ring;

const SLOW: f64 = 2.0 / 31.0;
const FAST: f64 = 2.0 / 3.0;

/// The adaptive average of a series.
#[derive(Debug, Clone)]
pub struct Kama {
    n: usize,
    values: Ring,
    moves: Sliding,
    level: Option<f64>,
}

impl Kama {
    /// Over `n ≥ 1` rows.
    pub fn new(n: usize) -> Self {
        Self { n, values: Ring::new(n.max(1)), moves: Sliding::new(n), level: None }
    }
}

impl Filter for Kama {
    fn update(&mut self, x: f64) -> Option<f64> {
        if self.n <= 1 {
            return Some(x);
        }
        let before = (!self.values.is_empty()).then(|| self.values.ago(0));
        let old = self.values.push(x);
        let before = before?;
        let moves = self.moves.update((x - before).abs())?;
        let change = x - old?;
        let ratio = match moves <= change || moves.abs() < 1e-14 {
            true => 1.0,
            false => (change / moves).abs(),
        };
        let weight = ratio * (FAST - SLOW) + SLOW;
        let level = self.level.unwrap_or(before);
        let level = (x - level) * (weight * weight) + level;
        self.level = Some(level);
        Some(level)
    }

    fn bytes(&self) -> usize {
        self.values.size() + self.moves.bytes()
    }
}
