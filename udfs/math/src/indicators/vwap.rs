//! Volume weighted average price from the first row on: Σ volume · (high + low + close) / 3 over
//! Σ volume; 0 as long as nothing was traded.

use fearless_simd::{Level as Processor, Simd};

use super::running::{self, Running};
use crate::dispatch::dispatch;
use crate::kernel::Kernel;

/// The average price; inputs high, low, close, volume. Every row has a value.
#[derive(Debug, Clone, Default)]
pub struct Vwap(Total);

/// What was paid and traded so far.
#[derive(Debug, Clone, Copy, Default)]
pub struct Total {
    paid: f64,
    traded: f64,
}

impl Vwap {
    /// Before the first row.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Running<4> for Vwap {
    type Level = Total;

    fn added(&mut self, [high, low, close, volume]: [&[f64]; 4], out: &mut [f64]) {
        dispatch!(Processor::new(), simd => simd.vectorize(#[inline(always)] || {
            let bars = high.iter().zip(low).zip(close).zip(volume);
            for (out, (((high, low), close), volume)) in out.iter_mut().zip(bars) {
                *out = (high + low + close) / 3.0 * volume;
            }
        }));
    }

    fn level(&mut self) -> &mut Total {
        &mut self.0
    }

    #[inline(always)]
    fn next(total: &mut Total, paid: f64, [.., volume]: [f64; 4]) -> f64 {
        total.paid += paid;
        total.traded += volume;
        if total.traded > 0.0 { total.paid / total.traded } else { 0.0 }
    }
}

impl Kernel for Vwap {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        running::push(self, inputs, outputs);
    }

    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        let [output, ..] = outputs else { return None };
        running::append(self, inputs, output)
    }
}
