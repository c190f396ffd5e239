//! Count and product.

use super::frame::Statistic;

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
