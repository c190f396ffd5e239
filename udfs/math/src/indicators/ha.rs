//! Heikin-Ashi candles: close' = (open + high + low + close) / 4; open' = the middle of the candle
//! before, (open + close) / 2 in the first row; high' and low' the extremes of the bar's and these.

use fearless_simd::{Level as Processor, Simd};

use super::chunk;
use crate::dispatch::dispatch;
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

    fn chunk(&mut self, bars: [&[f64]; 4], candles: [&mut [f64]; 4]) {
        let [open, high, low, close] = bars;
        let [ha_open, ha_high, ha_low, ha_close] = candles;
        dispatch!(Processor::new(), simd => simd.vectorize(#[inline(always)] || {
            let bars = open.iter().zip(high).zip(low).zip(close);
            for (ha_close, (((open, high), low), close)) in ha_close.iter_mut().zip(bars) {
                *ha_close = (open + high + low + close) / 4.0;
            }
            let mut before = self.before.unwrap_or((open[0], close[0]));
            for (ha_open, ha_close) in ha_open.iter_mut().zip(ha_close.iter()) {
                *ha_open = 0.5 * before.0 + 0.5 * before.1;
                before = (*ha_open, *ha_close);
            }
            self.before = Some(before);
            let bodies = ha_open.iter().zip(ha_close.iter());
            let ranges = high.iter().zip(low).zip(ha_high.iter_mut().zip(ha_low));
            for ((open, close), ((high, low), (ha_high, ha_low))) in bodies.zip(ranges) {
                let (lower, upper) = if open < close { (open, close) } else { (close, open) };
                *ha_high = if high > upper { *high } else { *upper };
                *ha_low = if low < lower { *low } else { *lower };
            }
        }));
    }
}

impl Kernel for HeikinAshi {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        let (Some(bars), [open, high, low, close]) = (inputs.first_chunk::<4>(), outputs) else {
            return;
        };
        let ranges = high.chunks_mut(chunk::ROWS).zip(low.chunks_mut(chunk::ROWS));
        let bodies = open.chunks_mut(chunk::ROWS).zip(close.chunks_mut(chunk::ROWS));
        for (at, ((open, close), (high, low))) in bodies.zip(ranges).enumerate() {
            let rows = at * chunk::ROWS..at * chunk::ROWS + open.len();
            self.chunk(bars.map(|bar| &bar[rows.clone()]), [open, high, low, close]);
        }
    }
}
