//! Commodity channel index: how far the typical price is from its mean, in mean deviations.
//!
//! Lambert (1980), Commodity Channel Index, Commodities 10: (p − mean) / (0.015 · mean |p − mean|)
//! over the last n typical prices p = (high + low + close)/3.

use fearless_simd::{Level as Processor, Simd};

use super::chunk;
use super::lookback::{Lookback, put};
use crate::dispatch::dispatch;
use crate::kernel::Kernel;
use crate::rolling::{Block, LANES, Number};

/// The index over `n` rows; `n − 1` rows of warm-up; 0 where all typical prices of the window, or
/// the last one and their mean, are equal. O(n) a row: deviations are from a mean that moves.
#[derive(Debug, Clone)]
pub struct Cci {
    typical: Lookback,
    n: f64,
}

impl Cci {
    /// An index over `n ≥ 2` rows.
    pub fn new(n: usize) -> Self {
        let n = n.max(2);
        Self { typical: Lookback::new(n - 1, f64::NAN), n: n as f64 }
    }

    #[inline(always)]
    fn chunk<V: Simd>(&mut self, simd: V, [high, low, close]: [&[f64]; 3], out: &mut [f64]) {
        let prices = self.typical.next(out.len()).iter_mut();
        for (((price, high), low), close) in prices.zip(high).zip(low).zip(close) {
            *price = (high + low + close) / 3.0;
        }
        for (block, out) in out.chunks_mut(LANES).enumerate() {
            put(self.index(simd, block * LANES), out);
        }
    }

    /// The index of the eight rows from this one of the chunk on.
    #[inline(always)]
    fn index<V: Simd>(&self, simd: V, row: usize) -> Block<V> {
        let all = |x: f64| Block::splat(simd, x);
        let (none, n) = (all(0.0), all(self.n));
        let price = self.typical.block(simd, row);
        // The rounding of a mean must not look like a deviation.
        let (mut sum, mut moved) = (none, none);
        for x in self.typical.blocks(row) {
            let x = Block::read(simd, x);
            sum = sum + x;
            moved = moved + (x - price).magnitude();
        }
        let mean = sum / n;
        let mut deviation = none;
        for x in self.typical.blocks(row) {
            deviation = deviation + (Block::read(simd, x) - mean).magnitude();
        }
        let distance = price - mean;
        let index = distance / (all(0.015) * (deviation / n));
        let near = all(1e-15) * mean.magnitude();
        let index = Number::less(near, distance.magnitude(), index, none);
        // NaN in the first rows, which are neither.
        Number::less(none, moved, index, moved)
    }
}

impl Kernel for Cci {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        chunk::each(chunk::ROWS, inputs, outputs, |inputs, [out]| {
            dispatch!(Processor::new(), simd => simd.vectorize(
                #[inline(always)]
                || self.chunk(simd, inputs, out),
            ));
        });
    }

    fn size(&self) -> usize {
        self.typical.size()
    }
}
