//! Chaikin's accumulation/distribution line: the sum of all money flow volume so far.

use fearless_simd::{Level as Processor, Simd, dispatch};

use super::money_flow::money_flow_volume;
use super::running::{self, Running};
use crate::kernel::Kernel;

/// The line; inputs high, low, close, volume. Every row has a value.
#[derive(Debug, Clone, Default)]
pub struct Ad {
    sum: f64,
}

impl Ad {
    /// Before the first row.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Running<4> for Ad {
    type Level = f64;

    fn added(&mut self, [high, low, close, volume]: [&[f64]; 4], out: &mut [f64]) {
        dispatch!(Processor::new(), simd => simd.vectorize(#[inline(always)] || {
            let bars = high.iter().zip(low).zip(close).zip(volume);
            for (out, (((high, low), close), volume)) in out.iter_mut().zip(bars) {
                *out = money_flow_volume([*high, *low, *close, *volume]);
            }
        }));
    }

    fn level(&mut self) -> &mut f64 {
        &mut self.sum
    }

    #[inline(always)]
    fn next(level: &mut f64, added: f64, _: [f64; 4]) -> f64 {
        *level += added;
        *level
    }
}

impl Kernel for Ad {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        running::push(self, inputs, outputs);
    }

    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        let [output, ..] = outputs else { return None };
        running::append(self, inputs, output)
    }
}
