//! Volume weighted average price from the first row on: Σ volume · (high + low + close) / 3 over
//! Σ volume; 0 as long as nothing was traded.

use fearless_simd::{Level as Processor, Simd, dispatch};

use super::chunks::{self, CHUNK, sum_up};
use crate::kernel::Kernel;

/// The average price; inputs high, low, close, volume. Every row has a value.
#[derive(Debug, Clone, Default)]
pub struct Vwap {
    paid: f64,
    traded: f64,
}

impl Vwap {
    /// Before the first row.
    pub fn new() -> Self {
        Self::default()
    }

    fn chunk(&mut self, [high, low, close, volume]: [&[f64]; 4], out: &mut [f64]) {
        let mut traded = [0.0; CHUNK];
        let traded = &mut traded[..out.len()];
        traded.copy_from_slice(volume);
        dispatch!(Processor::new(), simd => simd.vectorize(#[inline(always)] || {
            let bars = high.iter().zip(low).zip(close).zip(volume);
            for (out, (((high, low), close), volume)) in out.iter_mut().zip(bars) {
                *out = (high + low + close) / 3.0 * volume;
            }
            self.paid = sum_up(self.paid, out);
            self.traded = sum_up(self.traded, traded);
            for (out, traded) in out.iter_mut().zip(traded) {
                let average = *out / *traded;
                *out = if *traded > 0.0 { average } else { 0.0 };
            }
        }));
    }
}

impl Kernel for Vwap {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        chunks::push(inputs, outputs, |inputs, out| self.chunk(inputs, out));
    }

    fn append(&mut self, inputs: &[&[f64]], output: &mut Vec<f64>) -> Option<bool> {
        chunks::append(inputs, output, |inputs, out| self.chunk(inputs, out))
    }
}
