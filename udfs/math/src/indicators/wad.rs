//! Williams' accumulation/distribution, without volume: Achelis (2000), Technical Analysis from A to
//! Z, 2nd ed., p. 368.

use fearless_simd::{Level as Processor, Simd};

use super::lookback::Lookback;
use super::running::{self, Running};
use crate::dispatch::dispatch;
use crate::kernel::Kernel;

/// The running sum, from 0 in the first row on, in the unit of the price: of close − min(low, close
/// before) where the close rose, of close − max(high, close before) where it fell. No warm-up.
#[derive(Debug, Clone)]
pub struct Wad {
    close: Lookback,
    sum: f64,
}

impl Default for Wad {
    fn default() -> Self {
        Self { close: Lookback::new(1, f64::NAN), sum: 0.0 }
    }
}

impl Running<3> for Wad {
    type Level = f64;

    fn added(&mut self, [high, low, close]: [&[f64]; 3], out: &mut [f64]) {
        self.close.take(close);
        dispatch!(Processor::new(), simd => simd.vectorize(#[inline(always)] || {
            let rows = self.close.values().array_windows().zip(high).zip(low);
            for (out, (([before, close], high), low)) in out.iter_mut().zip(rows) {
                let least = if low < before { low } else { before };
                let greatest = if high > before { high } else { before };
                // Neither in the first row, before which there is NaN.
                let fallen = if close < before { close - greatest } else { 0.0 };
                *out = if close > before { close - least } else { fallen };
            }
        }));
    }

    fn level(&mut self) -> &mut f64 {
        &mut self.sum
    }

    #[inline(always)]
    fn next(level: &mut f64, added: f64, _: [f64; 3]) -> f64 {
        *level += added;
        *level
    }
}

impl Kernel for Wad {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        running::push(self, inputs, outputs);
    }

    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        let [output, ..] = outputs else { return None };
        running::append(self, inputs, output)
    }

    fn size(&self) -> usize {
        self.close.size()
    }
}
