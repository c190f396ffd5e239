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

    fn fill(&mut self, x: &[f64], out: &mut [f64]) {
        self.0.with_old(x, out, |x, old| x - old);
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

impl Scale {
    fn of(self, x: f64, old: f64) -> f64 {
        let scaled = match self {
            Self::Percent => (x / old - 1.0) * 100.0,
            Self::Change => (x - old) / old,
            Self::Ratio => x / old,
            Self::Ratio100 => x / old * 100.0,
        };
        if old == 0.0 { 0.0 } else { scaled }
    }
}

impl Filter for Roc {
    fn update(&mut self, x: f64) -> Option<f64> {
        self.last.push(x).map(|old| self.scale.of(x, old))
    }

    fn fill(&mut self, x: &[f64], out: &mut [f64]) {
        // A loop of its own each: with a choice in it the compiler takes one row at a time.
        let last = &mut self.last;
        match self.scale {
            Scale::Percent => last.with_old(x, out, |x, old| Scale::Percent.of(x, old)),
            Scale::Change => last.with_old(x, out, |x, old| Scale::Change.of(x, old)),
            Scale::Ratio => last.with_old(x, out, |x, old| Scale::Ratio.of(x, old)),
            Scale::Ratio100 => last.with_old(x, out, |x, old| Scale::Ratio100.of(x, old)),
        }
    }

    fn bytes(&self) -> usize {
        self.last.size()
    }
}
