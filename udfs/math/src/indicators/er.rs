//! Efficiency ratio: the way made as a share of the way gone. Kaufman (1995), Smarter Trading.

use super::filter::Filter;
use super::sliding::Sliding;
use crate::kernel::Ring;

/// |x − x of n rows ago| / Σ |changes between|, 0 … 1; `n` rows of warm-up; 1 where nothing moved,
/// as in TA-Lib.
#[derive(Debug, Clone)]
pub struct Er {
    earlier: Ring,
    changes: Sliding,
    previous: Option<f64>,
}

impl Er {
    /// A ratio over `n ≥ 2` changes.
    pub fn new(n: usize) -> Self {
        Self { earlier: Ring::new(n), changes: Sliding::new(n), previous: None }
    }
}

impl Filter for Er {
    fn update(&mut self, x: f64) -> Option<f64> {
        let earlier = self.earlier.push(x);
        let path = self.changes.update((x - self.previous.replace(x)?).abs())?;
        let net = (x - earlier?).abs();
        // The way gone is at least the way made, but for rounding.
        Some(if path <= net { 1.0 } else { net / path })
    }

    fn bytes(&self) -> usize {
        self.earlier.size() + self.changes.bytes()
    }
}
