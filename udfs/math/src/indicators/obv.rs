//! On balance volume: the volume of rows that closed higher, less that of rows that closed lower, so
//! far; the first row's volume counts.
//!
//! Granville (1963), New Key to Stock Market Profits.

use fearless_simd::{Level as Processor, Simd, dispatch};

use super::chunks::{self, sum_up};
use super::lookback::Lookback;
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

    fn chunk(&mut self, [close, volume]: [&[f64]; 2], out: &mut [f64]) {
        self.close.take(close);
        dispatch!(Processor::new(), simd => simd.vectorize(#[inline(always)] || {
            let rows = self.close.values().array_windows().zip(volume);
            for (out, ([before, close], volume)) in out.iter_mut().zip(rows) {
                // The first row, before which there is NaN, counts.
                let counts = if close == before { 0.0 } else { *volume };
                *out = if close < before { -volume } else { counts };
            }
        }));
        self.balance = sum_up(self.balance, out);
    }
}

impl Default for Obv {
    fn default() -> Self {
        Self::new()
    }
}

impl Kernel for Obv {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        chunks::push(inputs, outputs, |inputs, out| self.chunk(inputs, out));
    }

    fn append(&mut self, inputs: &[&[f64]], output: &mut Vec<f64>) -> Option<bool> {
        chunks::append(inputs, output, |inputs, out| self.chunk(inputs, out))
    }

    fn size(&self) -> usize {
        self.close.size()
    }
}
