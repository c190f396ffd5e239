//! Normalized average true range: the average true range in percent of the close; 0 where the close
//! is 0. The first n rows have none.
//!
//! As in TA-Lib an average of one row is not normalized: it is the true range itself.
//!
//! Forman (2006), Cross-Market Evaluations with Normalized Average True Range, Stocks & Commodities.

use super::atr::Atr;
use super::filter::each_row;
use crate::kernel::Kernel;

/// The normalized average; inputs high, low, close.
#[derive(Debug, Clone)]
pub struct Natr {
    average: Atr,
    normalizes: bool,
}

impl Natr {
    /// Over `n ≥ 1` rows.
    pub fn new(n: usize) -> Self {
        Self { average: Atr::new(n), normalizes: n > 1 }
    }

    fn update(&mut self, high: f64, low: f64, close: f64) -> Option<f64> {
        let average = self.average.update(high, low, close)?;
        Some(match self.normalizes {
            true if close == 0.0 => 0.0,
            true => average / close * 100.0,
            false => average,
        })
    }
}

impl Kernel for Natr {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[high, low, close]| self.update(high, low, close).map(|x| [x]));
    }
}
