//! Forecast oscillator: how far a value is from the line through those before it.
//!
//! Chande & Kroll (1994), The New Technical Trader: 100 · (x − f)/x, where f continues by one row the
//! least-squares line through the n values before.

use super::filter::Filter;
use super::linear_regression::{LinearRegression, Reading};

/// The oscillator in percent of the value; `n` rows of warm-up; 0 where the value is 0.
#[derive(Debug, Clone)]
pub struct Fosc {
    line: LinearRegression,
    forecast: Option<f64>,
}

impl Fosc {
    /// Lines through `n ≥ 2` values.
    pub fn new(n: usize) -> Self {
        Self { line: LinearRegression::new(n, Reading::Next), forecast: None }
    }
}

impl Filter for Fosc {
    fn update(&mut self, x: f64) -> Option<f64> {
        let next = self.line.update(x);
        let forecast = std::mem::replace(&mut self.forecast, next)?;
        Some(if x == 0.0 { 0.0 } else { 100.0 * (x - forecast) / x })
    }

    fn bytes(&self) -> usize {
        self.line.bytes()
    }
}
