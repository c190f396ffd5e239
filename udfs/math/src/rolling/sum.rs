//! Count and sum.

use super::columnar::{Columnar, Parts};
use super::frame::Statistic;
use super::number::Number;

/// Count and sum of values.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sum {
    /// How many values.
    pub count: f64,
    /// Their sum.
    pub sum: f64,
}

impl Statistic for Sum {
    type Value = f64;

    fn empty() -> Self {
        Self::default()
    }

    fn count(&self) -> f64 {
        self.count
    }

    #[inline]
    fn push(self, value: f64, _: f64) -> Self {
        Self { count: self.count + 1.0, sum: self.sum + value }
    }

    #[inline]
    fn merge(self, later: Self) -> Self {
        Self { count: self.count + later.count, sum: self.sum + later.sum }
    }

    fn pivot(_: f64, before: f64) -> f64 {
        before
    }

    fn origin() -> f64 {
        0.0
    }
}

impl Columnar<1, 1> for Sum {
    const EMPTY: [f64; 1] = [0.0];

    #[inline(always)]
    fn row<N: Number>(row: [N; 1]) -> [N; 1] {
        row
    }

    #[inline(always)]
    fn merge_columns<N: Number>([a]: [N; 1], [b]: [N; 1], _: Parts<N, 1>) -> [N; 1] {
        [a + b]
    }

    #[inline]
    fn of([sum]: [f64; 1], count: f64) -> Self {
        Self { count, sum }
    }
}
