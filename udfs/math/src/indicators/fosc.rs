//! Forecast oscillator: how far a value is from the line through those before it.
//!
//! Chande & Kroll (1994), The New Technical Trader: 100 · (x − f)/x, where f continues by one row the
//! least-squares line through the n values before.

use super::linear_regression::{Reading, linear_regression};
use crate::kernel::Kernel;

/// The oscillator in percent of the value, of lines through `n ≥ 2` values; `n` rows of warm-up; 0
/// where the value is 0.
pub fn fosc(n: usize) -> impl Kernel {
    Fosc { line: linear_regression(n, Reading::Next), forecast: f64::NAN }
}

struct Fosc {
    line: Box<dyn Kernel>,
    /// Of the next row.
    forecast: f64,
}

impl Kernel for Fosc {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        self.line.push(inputs, outputs);
        for (out, x) in outputs[0].iter_mut().zip(inputs[0]) {
            let forecast = std::mem::replace(&mut self.forecast, *out);
            let error = if *x == 0.0 { 0.0 } else { 100.0 * (x - forecast) / x };
            *out = if forecast.is_nan() { f64::NAN } else { error };
        }
    }

    fn size(&self) -> usize {
        self.line.size()
    }
}
