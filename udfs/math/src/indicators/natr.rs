//! Normalized average true range: the average true range in percent of the close; 0 where the close
//! is 0. The first n rows have none.
//!
//! As in TA-Lib an average of one row is not normalized: it is the true range itself.
//!
//! Forman (2006), Cross-Market Evaluations with Normalized Average True Range, Stocks & Commodities.

use super::atr::Atr;
use super::chain::{self, Chain};
use super::rows::Rows;
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
}

impl Chain<3, 1> for Natr {
    fn is_warm(&self) -> bool {
        self.average.is_warm()
    }

    #[inline(always)]
    fn next<N: Rows>(&mut self, level: N::Level, bar: [N; 3]) -> Option<[N; 1]> {
        let [average] = self.average.next(level, bar)?;
        if !self.normalizes {
            return Some([average]);
        }
        let [_, _, close] = bar;
        Some([(average / close * close.all(100.0)).unless_zero(close, 0.0)])
    }
}

impl Kernel for Natr {
    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        let [output, ..] = outputs else { return None };
        Some(chain::append(self, inputs, output))
    }
}
