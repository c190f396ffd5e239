//! Sums with weights that grow by one a row.

use super::frame::Statistic;

/// The sum of values, and their sum weighted by position: 1 for the oldest row, n for the last.
///
/// Of the values themselves: what is read off it lies at their level, and keeps its digits.
#[derive(Debug, Clone, Copy, Default)]
pub struct Weighted {
    /// How many values.
    pub count: f64,
    /// Σ i·xᵢ.
    pub weighted: f64,
    /// Σ xᵢ.
    pub sum: f64,
    rows: f64,
}

impl Weighted {
    /// The mean with these weights of a window in which all rows have a value.
    pub fn mean(&self) -> f64 {
        self.weighted / (self.count * (self.count + 1.0) / 2.0)
    }
}

impl Statistic for Weighted {
    type Value = f64;

    fn empty() -> Self {
        Self::default()
    }

    fn count(&self) -> f64 {
        self.count
    }

    fn push(self, value: f64, _: f64) -> Self {
        let rows = self.rows + 1.0;
        Self {
            count: self.count + 1.0,
            weighted: self.weighted + rows * value,
            sum: self.sum + value,
            rows,
        }
    }

    fn missing(self) -> Self {
        Self { rows: self.rows + 1.0, ..self }
    }

    fn merge(self, later: Self) -> Self {
        Self {
            count: self.count + later.count,
            weighted: self.weighted + (later.weighted + self.rows * later.sum),
            sum: self.sum + later.sum,
            rows: self.rows + later.rows,
        }
    }

    fn pivot(_: f64, before: f64) -> f64 {
        before
    }

    fn origin() -> f64 {
        0.0
    }
}
