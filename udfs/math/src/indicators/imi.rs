//! Intraday momentum index: 100 · Σ rising bodies / Σ bodies. Chande & Kroll (1994), The New
//! Technical Trader.

use crate::kernel::Kernel;
use crate::rolling::{Number, Reduction, Sums, windows};

/// The index over the last `n ≥ 2` bars, 0 … 100; inputs open and close; `n − 1` rows of warm-up; 50
/// where no bar has a body.
pub fn imi(n: usize) -> Box<dyn Kernel> {
    struct Index;

    impl Reduction<2, 2, 1> for Index {
        type Join = Sums;

        #[inline(always)]
        fn row<N: Number>(&self, [open, close]: [N; 2]) -> [N; 2] {
            let none = open.all(0.0);
            [(close - open).greater(none), (open - close).greater(none)]
        }

        #[inline(always)]
        fn told<N: Number>(&self, [up, down]: [N; 2], _: [N; 2]) -> [N; 1] {
            let sum = up + down;
            let index = sum.all(100.0) * (up / sum);
            [N::less(sum.all(0.0), sum, index, sum.all(50.0))]
        }
    }

    windows(n, Index)
}
