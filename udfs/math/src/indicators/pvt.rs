//! Price volume trend: the sum of volume · return so far, from 0. A close before of 0 has no return
//! and adds nothing.

use fearless_simd::{Level as Processor, Simd, dispatch};

use super::lookback::Lookback;
use super::running::{self, Running};
use crate::kernel::Kernel;

/// The trend; inputs close, volume. Every row has a value, the first one 0.
#[derive(Debug, Clone)]
pub struct Pvt {
    close: Lookback,
    trend: f64,
}

impl Pvt {
    /// Before the first row.
    pub fn new() -> Self {
        Self { close: Lookback::new(1, 0.0), trend: 0.0 }
    }
}

impl Default for Pvt {
    fn default() -> Self {
        Self::new()
    }
}

impl Running<2> for Pvt {
    type Level = f64;

    fn added(&mut self, [close, volume]: [&[f64]; 2], out: &mut [f64]) {
        self.close.take(close);
        dispatch!(Processor::new(), simd => simd.vectorize(#[inline(always)] || {
            let rows = self.close.values().array_windows().zip(volume);
            for (out, ([before, close], volume)) in out.iter_mut().zip(rows) {
                let added = volume * ((close - before) / before);
                *out = if *before == 0.0 { 0.0 } else { added };
            }
        }));
    }

    fn level(&mut self) -> &mut f64 {
        &mut self.trend
    }

    #[inline(always)]
    fn next(level: &mut f64, added: f64, _: [f64; 2]) -> f64 {
        *level += added;
        *level
    }
}

impl Kernel for Pvt {
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
