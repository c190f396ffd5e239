//! Balance of power: (close − open) / (high − low), Livshin (2001), Stocks & Commodities 19(8).

use super::filter::each_row;
use crate::kernel::Kernel;

/// The share of a bar's range its body takes, −1 … 1; 0 without range. No warm-up.
#[derive(Debug, Clone, Default)]
pub struct Bop;

impl Kernel for Bop {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[open, high, low, close]| {
            let range = high - low;
            Some([if range > 0.0 { (close - open) / range } else { 0.0 }])
        });
    }
}
