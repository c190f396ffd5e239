//! Efficiency ratio: the way made as a share of the way gone. Kaufman (1995), Smarter Trading.

use super::earlier::WithEarlier;
use crate::kernel::Kernel;
use crate::rolling::{Number, Reduction, Sums, windows};

/// |x − x of n rows ago| / Σ |changes between|, 0 … 1, over `n ≥ 2` changes; `n` rows of warm-up; 1 where
/// nothing moved, as in TA-Lib.
pub fn er(n: usize) -> impl Kernel {
    struct Ratio;

    impl Reduction<3, 1, 1> for Ratio {
        type Join = Sums;

        #[inline(always)]
        fn row<N: Number>(&self, row: [N; 3]) -> [N; 1] {
            [change(row)]
        }

        #[inline(always)]
        fn told<N: Number>(&self, [gone]: [N; 1], last: [N; 3]) -> [N; 1] {
            [efficiency(gone, last)]
        }
    }

    WithEarlier::new([1, n], windows(n, Ratio))
}

/// By how much a row differs from the one before; of it, that, and the first one.
#[inline(always)]
pub(super) fn change<N: Number>([x, before, _]: [N; 3]) -> N {
    (x - before).magnitude()
}

/// The way made as a share of the way gone; 1 where nothing moved.
#[inline(always)]
pub(super) fn efficiency<N: Number>(gone: N, [x, _, first]: [N; 3]) -> N {
    let made = (x - first).magnitude();
    // The way gone is at least the way made, but for rounding; of no number it is none.
    let one = gone.times_plus(0.0, gone.all(1.0));
    N::less(made, gone, made / gone, one)
}
