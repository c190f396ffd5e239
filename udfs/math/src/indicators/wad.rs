//! Williams' accumulation/distribution, without volume: Achelis (2000), Technical Analysis from A to
//! Z, 2nd ed., p. 368.

use super::filter::each_row;
use crate::kernel::Kernel;

/// The running sum, from 0 in the first row on, in the unit of the price: of close − min(low, close
/// before) where the close rose, of close − max(high, close before) where it fell. No warm-up.
#[derive(Debug, Clone, Default)]
pub struct Wad {
    previous: Option<f64>,
    sum: f64,
}

impl Kernel for Wad {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[high, low, close]| {
            let before = self.previous.replace(close).unwrap_or(close);
            if close > before {
                self.sum += close - low.min(before);
            } else if close < before {
                self.sum += close - high.max(before);
            }
            Some([self.sum])
        });
    }
}
