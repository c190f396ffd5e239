//! Percent rank: the share of the `n` values before the row that are smaller than it, times 100. The
//! first n rows have none.

use fearless_simd::{Level as Processor, Simd};

use super::chunk;
use super::lookback::{Lookback, put};
use crate::dispatch::dispatch;
use crate::kernel::Kernel;
use crate::rolling::{Block, LANES, Number, Sorted};

/// Against up to so many rows each is compared with all of them, eight side by side, which is faster than
/// to keep them in order.
const SHORT: usize = 256;

/// The percent rank of a series.
#[derive(Debug, Clone)]
pub struct PercentRank {
    n: usize,
    window: Window,
}

#[derive(Debug, Clone)]
enum Window {
    Short(Lookback),
    Long(Sorted),
}

impl PercentRank {
    /// Against `n ≥ 1` values.
    pub fn new(n: usize) -> Self {
        let n = n.max(1);
        let window = match n <= SHORT {
            true => Window::Short(Lookback::new(n, f64::NAN)),
            false => Window::Long(Sorted::new(n)),
        };
        Self { n, window }
    }
}

/// Writes the ranks of the chunk's rows among the `n` before each.
#[inline(always)]
fn compare<V: Simd>(simd: V, values: &Lookback, n: usize, out: &mut [f64]) {
    let all = |x: f64| Block::splat(simd, x);
    let (none, one) = (all(0.0), all(1.0));
    for (block, out) in out.chunks_mut(LANES).enumerate() {
        let row = values.block(simd, block * LANES);
        let mut smaller = none;
        let mut oldest = none;
        for (i, x) in values.blocks(block * LANES).take(n).enumerate() {
            let x = Block::read(simd, x);
            if i == 0 {
                oldest = x;
            }
            smaller = smaller + Number::less(x, row, one, none);
        }
        // There are enough once there is the oldest.
        let nothing = oldest * none;
        put(smaller / all(n as f64) * all(100.0) + nothing, out);
    }
}

/// The rank of a row among the `n` before it, which it then joins.
fn rank(window: &mut Sorted, n: usize, x: f64) -> f64 {
    let enough = window.count() == n;
    let smaller = window.less(x) as f64;
    window.push(x);
    if enough { smaller / n as f64 * 100.0 } else { f64::NAN }
}

impl Kernel for PercentRank {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        let n = self.n;
        chunk::each(chunk::ROWS, inputs, outputs, |[x], [out]| match &mut self.window {
            Window::Short(values) => {
                values.take(x);
                dispatch!(Processor::new(), simd => simd.vectorize(
                    #[inline(always)]
                    || compare(simd, values, n, out),
                ));
            }
            Window::Long(window) => {
                for (out, x) in out.iter_mut().zip(x) {
                    *out = rank(window, n, *x);
                }
            }
        });
    }

    fn size(&self) -> usize {
        match &self.window {
            Window::Short(values) => values.size(),
            Window::Long(window) => window.size(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::kernel::run;

    proptest! {
        #[test]
        fn short_and_long_windows_are_the_same(
            // Some are equal.
            x in prop::collection::vec(prop_oneof![2 => -1e3..1e3, 1 => (-3..3).prop_map(f64::from)], 0..300),
            n in 1..80_usize,
        ) {
            let mut short = PercentRank::new(n);
            let mut long = PercentRank { n, window: Window::Long(Sorted::new(n)) };
            let [short, long] = [&mut short, &mut long].map(|kernel| {
                run(kernel, &[&x], 1)[0].iter().map(|x| x.to_bits()).collect::<Vec<_>>()
            });
            prop_assert_eq!(short, long);
        }
    }
}
