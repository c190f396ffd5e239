//! Market facilitation index: the range of a row over its volume, 0 where nothing was traded.
//!
//! Williams (1995), Trading Chaos.

use super::filter::each_row;
use crate::kernel::Kernel;

/// The index; inputs high, low, volume. Every row has a value, of that row alone.
#[derive(Debug, Clone, Copy, Default)]
pub struct MarketFi;

impl Kernel for MarketFi {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[high, low, volume]| {
            Some([if volume == 0.0 { 0.0 } else { (high - low) / volume }])
        });
    }
}
