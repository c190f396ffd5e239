//! Vertical horizontal filter: trend or range. White (1991), Futures 20(10).

use fearless_simd::{Level as Processor, Simd};

use super::chunk;
use super::lookback::Lookback;
use super::stage::Stage;
use crate::dispatch::dispatch;
use crate::kernel::Kernel;
use crate::rolling::{Number, Range, Reduction, sum, windows};

/// (highest − lowest of the last n values) / Σ |the last n changes|, 0 … 1; `n` rows of warm-up; 0
/// where nothing moved.
pub struct Vhf {
    ranges: Stage,
    path: Stage,
    values: Lookback,
}

/// Highest less lowest.
struct Spread;

impl Reduction<1, 2, 1> for Spread {
    type Join = Range;
    const INPUTS: Option<[usize; 2]> = Some([0, 0]);

    #[inline(always)]
    fn told<N: Number>(&self, [highest, lowest]: [N; 2], _: [N; 1]) -> [N; 1] {
        [highest - lowest]
    }
}

impl Vhf {
    /// A filter over `n ≥ 2` rows.
    pub fn new(n: usize) -> Self {
        let values = Lookback::new(1, f64::NAN);
        Self { ranges: Stage::new(windows(n, Spread)), path: Stage::new(sum(n, n)), values }
    }

    fn chunk(&mut self, x: &[f64], out: &mut [f64]) {
        let mut changes = [0.0; chunk::ROWS];
        let changes = &mut changes[..x.len()];
        self.values.take(x);
        dispatch!(Processor::new(), simd => simd.vectorize(#[inline(always)] || {
            for (change, [before, x]) in changes.iter_mut().zip(self.values.values().array_windows()) {
                *change = (x - before).abs();
            }
        }));
        // The path is NaN in the first rows.
        chunk::map([self.ranges.next(&[x]), self.path.next(&[changes])], out, |[range, path]| {
            let share = range / path;
            if path == 0.0 { 0.0 } else { share }
        });
    }
}

impl Kernel for Vhf {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        chunk::each(chunk::ROWS, inputs, outputs, |[x], [out]| self.chunk(x, out));
    }

    fn size(&self) -> usize {
        self.ranges.size() + self.path.size() + self.values.size()
    }
}
