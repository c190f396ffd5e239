//! Vertical horizontal filter: trend or range. White (1991), Futures 20(10).

use fearless_simd::{Level as Processor, Simd, dispatch};

use super::chunk;
use super::lookback::Lookback;
use crate::kernel::Kernel;
use crate::rolling;

/// (highest − lowest of the last n values) / Σ |the last n changes|, 0 … 1; `n` rows of warm-up; 0
/// where nothing moved.
pub struct Vhf {
    highest: Box<dyn Kernel>,
    lowest: Box<dyn Kernel>,
    path: Box<dyn Kernel>,
    values: Lookback,
}

impl Vhf {
    /// A filter over `n ≥ 2` rows.
    pub fn new(n: usize) -> Self {
        Self {
            highest: Box::new(rolling::max(n, n)),
            lowest: Box::new(rolling::min(n, n)),
            path: rolling::sum(n, n),
            values: Lookback::new(1, f64::NAN),
        }
    }

    fn chunk(&mut self, [x]: [&[f64]; 1], out: &mut [f64]) {
        let mut columns = [[0.0; chunk::ROWS]; 3];
        let [changes, highest, lowest] = columns.each_mut().map(|column| &mut column[..x.len()]);
        self.values.take(x);
        dispatch!(Processor::new(), simd => simd.vectorize(#[inline(always)] || {
            for (change, [before, x]) in changes.iter_mut().zip(self.values.values().array_windows()) {
                *change = (x - before).abs();
            }
        }));
        self.path.push(&[changes], &mut [out]);
        self.highest.push(&[x], &mut [highest]);
        self.lowest.push(&[x], &mut [lowest]);
        dispatch!(Processor::new(), simd => simd.vectorize(#[inline(always)] || {
            for (out, (highest, lowest)) in out.iter_mut().zip(highest.iter().zip(lowest.iter())) {
                let (path, share) = (*out, (highest - lowest) / *out);
                // The path is NaN in the first rows.
                *out = if path == 0.0 { 0.0 } else { share };
            }
        }));
    }
}

impl Kernel for Vhf {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        chunk::each(chunk::ROWS, inputs, outputs, |inputs, [out]| self.chunk(inputs, out));
    }

    fn size(&self) -> usize {
        self.highest.size() + self.lowest.size() + self.path.size() + self.values.size()
    }
}
