//! Count and product.

use super::columnar::{Columnar, Parts};
use super::frame::Statistic;
use super::number::Number;

/// Count and product of values.
#[derive(Debug, Clone, Copy)]
pub struct Product {
    /// How many values.
    pub count: f64,
    /// Their product.
    pub product: f64,
}

impl Statistic for Product {
    type Value = f64;

    fn empty() -> Self {
        Self { count: 0.0, product: 1.0 }
    }

    fn count(&self) -> f64 {
        self.count
    }

    fn push(self, value: f64, _: f64) -> Self {
        Self { count: self.count + 1.0, product: self.product * value }
    }

    fn merge(self, later: Self) -> Self {
        Self { count: self.count + later.count, product: self.product * later.product }
    }

    fn pivot(_: f64, before: f64) -> f64 {
        before
    }

    fn origin() -> f64 {
        0.0
    }
}

impl Columnar<1, 1> for Product {
    const EMPTY: [f64; 1] = [1.0];

    #[inline(always)]
    fn row<N: Number>(row: [N; 1]) -> [N; 1] {
        row
    }

    #[inline(always)]
    fn merge_columns<N: Number>([a]: [N; 1], [b]: [N; 1], _: Parts<N, 1>) -> [N; 1] {
        [a * b]
    }

    #[inline]
    fn of([product]: [f64; 1], count: f64) -> Self {
        Self { count, product }
    }
}
