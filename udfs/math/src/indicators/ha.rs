//! Heikin-Ashi candles: close' = (open + high + low + close) / 4; open' = the middle of the candle
//! before, (open + close) / 2 in the first row; high' and low' the extremes of the bar's and these.

use super::filter::each_row;
use crate::kernel::Kernel;

/// The candles; inputs open, high, low, close; outputs the same of the candle.
#[derive(Debug, Clone, Default)]
pub struct HeikinAshi {
    before: Option<(f64, f64)>,
}

impl HeikinAshi {
    /// Before the first bar.
    pub fn new() -> Self {
        Self::default()
    }

    fn update(&mut self, [open, high, low, close]: [f64; 4]) -> [f64; 4] {
        let ha_close = (open + high + low + close) / 4.0;
        let (before_open, before_close) = self.before.unwrap_or((open, close));
        let ha_open = f64::midpoint(before_open, before_close);
        self.before = Some((ha_open, ha_close));
        [ha_open, high.max(ha_open).max(ha_close), low.min(ha_open).min(ha_close), ha_close]
    }
}

impl Kernel for HeikinAshi {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |bar| Some(self.update(bar)));
    }
}
