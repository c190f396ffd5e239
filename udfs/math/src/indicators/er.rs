//! Efficiency ratio: the way made as a share of the way gone. Kaufman (1995), Smarter Trading.

use super::chunk;
use super::way::Way;
use crate::kernel::Kernel;
use crate::lagged::{Lagged, OfRows};
use crate::rolling::Number;

/// |x − x of n rows ago| / Σ |changes between|, 0 … 1; `n` rows of warm-up; 1 where nothing moved,
/// as in TA-Lib.
pub struct Er {
    way: Way,
    ratio: Lagged<Ratio, 2, 1>,
}

/// The ratio of a value and the way that it has gone to the value before.
struct Ratio;

impl OfRows<2, 1> for Ratio {
    #[inline(always)]
    fn of<N: Number>(&self, [x, gone]: [N; 2], [before, _]: [N; 2]) -> [N; 1] {
        [efficiency((x - before).magnitude(), gone)]
    }
}

/// The way made as a share of the way gone; 1 where nothing moved.
#[inline(always)]
pub(super) fn efficiency<N: Number>(made: N, gone: N) -> N {
    // The way gone is at least the way made, but for rounding; of no number it is none.
    let one = gone.times_plus(0.0, gone.all(1.0));
    N::less(made, gone, made / gone, one)
}

impl Er {
    /// A ratio over `n ≥ 2` changes.
    pub fn new(n: usize) -> Self {
        Self { way: Way::new(n), ratio: Lagged::new(n, Ratio) }
    }
}

impl Kernel for Er {
    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        chunk::append_each(self.way.rows(), inputs, |[x]| {
            self.ratio.append(&[x, self.way.next(x)], outputs) == Some(true)
        })
    }

    fn size(&self) -> usize {
        self.way.size() + self.ratio.size()
    }
}
