//! Changes over `n` rows: the difference, and the ratio in TA-Lib's four scales. By definition.

use super::filter::Filter;
use crate::kernel::Ring;

/// x − x of `n` rows ago, in the unit of x; `n` rows of warm-up.
#[derive(Debug, Clone)]
pub struct Mom(Ring);

impl Mom {
    /// A difference over `n ≥ 1` rows.
    pub fn new(n: usize) -> Self {
        Self(Ring::new(n))
    }
}

impl Filter for Mom {
    fn update(&mut self, x: f64) -> Option<f64> {
        self.0.push(x).map(|old| x - old)
    }

    fn bytes(&self) -> usize {
        self.0.size()
    }
}

/// How a ratio is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// (x/old − 1) · 100.
    Percent,
    /// (x − old)/old.
    Change,
    /// x/old.
    Ratio,
    /// x/old · 100.
    Ratio100,
}

/// x against x of `n` rows ago; `n` rows of warm-up; 0 where the old value is 0.
#[derive(Debug, Clone)]
pub struct Roc {
    last: Ring,
    scale: Scale,
}

impl Roc {
    /// A ratio over `n ≥ 1` rows.
    pub fn new(scale: Scale, n: usize) -> Self {
        Self { last: Ring::new(n), scale }
    }
}

impl Filter for Roc {
    fn update(&mut self, x: f64) -> Option<f64> {
        let old = self.last.push(x)?;
        if old == 0.0 {
            return Some(0.0);
        }
        Some(match self.scale {
            Scale::Percent => (x / old - 1.0) * 100.0,
            Scale::Change => (x - old) / old,
            Scale::Ratio => x / old,
            Scale::Ratio100 => x / old * 100.0,
        })
    }

    fn bytes(&self) -> usize {
        self.last.size()
    }
}
