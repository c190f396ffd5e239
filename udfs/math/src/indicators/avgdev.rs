//! Average deviation: the mean distance of the last `n` values from their mean, O(n) a row. The
//! first n − 1 rows have none.

use fearless_simd::{Level as Processor, Simd};

use super::chunk;
use super::lookback::{Lookback, put};
use crate::dispatch::dispatch;
use crate::kernel::Kernel;
use crate::rolling::{Block, LANES, Number};

/// The average deviation of a series.
#[derive(Debug, Clone)]
pub struct AvgDev {
    values: Lookback,
    n: f64,
}

impl AvgDev {
    /// Over `n ≥ 1` values.
    pub fn new(n: usize) -> Self {
        let n = n.max(1);
        Self { values: Lookback::new(n - 1, f64::NAN), n: n as f64 }
    }

    /// Writes the deviations of the chunk's rows, eight side by side.
    #[inline(always)]
    fn deviations<V: Simd>(&self, simd: V, out: &mut [f64]) {
        let (none, n) = (Block::splat(simd, 0.0), Block::splat(simd, self.n));
        for (block, out) in out.chunks_mut(LANES).enumerate() {
            let (mut sum, mut distance) = (none, none);
            for x in self.values.blocks(block * LANES) {
                sum = sum + Block::read(simd, x);
            }
            let mean = sum / n;
            for x in self.values.blocks(block * LANES) {
                distance = distance + (Block::read(simd, x) - mean).magnitude();
            }
            put(distance / n, out);
        }
    }
}

impl Kernel for AvgDev {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        chunk::each(chunk::ROWS, inputs, outputs, |[x], [out]| {
            self.values.take(x);
            dispatch!(Processor::new(), simd => simd.vectorize(
                #[inline(always)]
                || self.deviations(simd, out),
            ));
        });
    }

    fn size(&self) -> usize {
        self.values.size()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_processor_gives_the_same_bits() {
        let x: Vec<f64> = (0..200).map(|i| f64::from(i).sin()).collect();
        for n in [1, 2, 14, 40] {
            let mut kernel = AvgDev::new(n);
            kernel.values.take(&x);
            let [widest, plain] = [Processor::new(), Processor::baseline()].map(|processor| {
                let mut out = [0.0; 200];
                dispatch!(processor, simd => kernel.deviations(simd, &mut out));
                out.map(f64::to_bits)
            });
            assert_eq!(widest, plain);
        }
    }
}
