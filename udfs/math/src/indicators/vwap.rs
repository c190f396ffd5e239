//! Volume weighted average price from the first row on: Σ volume · (high + low + close) / 3 over
//! Σ volume; 0 as long as nothing was traded.

use fearless_simd::{Level as Processor, Simd};

use super::chunk;
use crate::dispatch::dispatch;
use crate::kernel::Kernel;

/// The average price; inputs high, low, close, volume. Every row has a value.
#[derive(Debug, Clone, Default)]
pub struct Vwap {
    /// So far.
    paid: f64,
    traded: f64,
}

impl Vwap {
    /// Before the first row.
    pub fn new() -> Self {
        Self::default()
    }

    fn chunk(&mut self, [high, low, close, volume]: [&[f64]; 4], out: &mut [f64]) {
        let (mut paid, mut traded) = ([0.0; chunk::ROWS], [0.0; chunk::ROWS]);
        let (paid, traded) = (&mut paid[..out.len()], &mut traded[..out.len()]);
        dispatch!(Processor::new(), simd => simd.vectorize(#[inline(always)] || {
            let bars = high.iter().zip(low).zip(close).zip(volume);
            for (paid, (((high, low), close), volume)) in paid.iter_mut().zip(bars) {
                *paid = (high + low + close) / 3.0 * volume;
            }
        }));
        for ((paid, traded), volume) in paid.iter_mut().zip(&mut *traded).zip(volume) {
            self.paid += *paid;
            self.traded += volume;
            (*paid, *traded) = (self.paid, self.traded);
        }
        chunk::map([paid, traded], out, |[paid, traded]| {
            let price = paid / traded;
            if traded > 0.0 { price } else { 0.0 }
        });
    }
}

impl Kernel for Vwap {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        chunk::each(chunk::ROWS, inputs, outputs, |inputs, [out]| self.chunk(inputs, out));
    }

    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        let [output, ..] = outputs else { return None };
        Some(chunk::append(chunk::ROWS, inputs, output, |inputs, out| self.chunk(inputs, out)))
    }
}
