//! On balance volume: the volume of rows that closed higher, less that of rows that closed lower, so
//! far; the first row's volume counts.
//!
//! Granville (1963), New Key to Stock Market Profits.

use fearless_simd::{Level as Processor, Simd};

use super::lookback::Lookback;
use super::running::{self, Running};
use crate::dispatch::dispatch;
use crate::kernel::Kernel;

/// The balance; inputs close, volume. Every row has a value.
#[derive(Debug, Clone)]
pub struct Obv {
    close: Lookback,
    balance: f64,
}

impl Obv {
    /// Before the first row.
    pub fn new() -> Self {
        Self { close: Lookback::new(1, f64::NAN), balance: 0.0 }
    }
}

impl Default for Obv {
    fn default() -> Self {
        Self::new()
    }
}

impl Running<2> for Obv {
    type Level = f64;

    fn added(&mut self, [close, volume]: [&[f64]; 2], out: &mut [f64]) {
        self.close.take(close);
        dispatch!(Processor::new(), simd => simd.vectorize(#[inline(always)] || {
            let rows = self.close.values().array_windows().zip(volume);
            for (out, ([before, close], volume)) in out.iter_mut().zip(rows) {
                // The first row, before which there is NaN, counts.
                let counts = if close == before { 0.0 } else { *volume };
                *out = if close < before { -volume } else { counts };
            }
        }));
    }

    fn level(&mut self) -> &mut f64 {
        &mut self.balance
    }

    #[inline(always)]
    fn next(level: &mut f64, added: f64, _: [f64; 2]) -> f64 {
        *level += added;
        *level
    }
}

impl Kernel for Obv {
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
