//! Relative volume: a row's volume over the mean volume of the `n` rows before it. The first n rows
//! have none, nor has a row after `n` rows without volume (where TA-Lib divides by zero).

use fearless_simd::{Level as Processor, Simd};

use super::chunk;
use super::lookback::Lookback;
use crate::dispatch::dispatch;
use crate::kernel::Kernel;
use crate::rolling;

/// The relative volume of a series of volumes.
pub struct Rvol {
    mean: Box<dyn Kernel>,
    means: Lookback,
}

impl Rvol {
    /// Against the mean of `n ≥ 1` rows.
    pub fn new(n: usize) -> Self {
        let n = n.max(1);
        Self { mean: rolling::mean(n, n), means: Lookback::new(1, f64::NAN) }
    }

    fn chunk(&mut self, [volume]: [&[f64]; 1], out: &mut [f64]) {
        self.mean.push(&[volume], &mut [self.means.next(volume.len())]);
        dispatch!(Processor::new(), simd => simd.vectorize(#[inline(always)] || {
            // The mean up to the row before.
            for (out, (volume, mean)) in out.iter_mut().zip(volume.iter().zip(self.means.values())) {
                let multiple = volume / mean;
                *out = if *mean == 0.0 { f64::NAN } else { multiple };
            }
        }));
    }
}

impl Kernel for Rvol {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        chunk::each(chunk::ROWS, inputs, outputs, |inputs, [out]| self.chunk(inputs, out));
    }

    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        let [output, ..] = outputs else { return None };
        Some(chunk::append(chunk::ROWS, inputs, output, |inputs, out| self.chunk(inputs, out)))
    }

    fn size(&self) -> usize {
        self.mean.size() + self.means.size()
    }
}
