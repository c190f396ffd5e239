//! Volume weighted average price from the first row on: Σ volume · (high + low + close) / 3 over
//! Σ volume; 0 as long as nothing was traded.

use super::chain::{self, Chain};
use super::rows::Rows;
use super::smoothing::Smoothing;
use crate::kernel::Kernel;

/// The average price; inputs high, low, close, volume. Every row has a value.
#[derive(Debug, Clone)]
pub struct Vwap {
    paid: Smoothing,
    traded: Smoothing,
}

impl Vwap {
    /// Before the first row.
    pub fn new() -> Self {
        Self { paid: Smoothing::sum(1, 1.0), traded: Smoothing::sum(1, 1.0) }
    }
}

impl Default for Vwap {
    fn default() -> Self {
        Self::new()
    }
}

impl Chain<4, 1> for Vwap {
    fn is_warm(&self) -> bool {
        self.traded.is_warm()
    }

    #[inline(always)]
    fn next<N: Rows>(
        &mut self,
        level: N::Level,
        [high, low, close, volume]: [N; 4],
    ) -> Option<[N; 1]> {
        let price = (high + low + close) / high.all(3.0);
        let paid = self.paid.next(level, price * volume)?;
        let traded = self.traded.next(level, volume)?;
        let none = high.all(0.0);
        Some([N::less(none, traded, paid / traded, none)])
    }
}

impl Kernel for Vwap {
    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        let [output, ..] = outputs else { return None };
        Some(chain::append(self, inputs, output))
    }
}
