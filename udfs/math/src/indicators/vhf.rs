//! Vertical horizontal filter: trend or range. White (1991), Futures 20(10).

use super::earlier::WithEarlier;
use crate::kernel::Kernel;
use crate::rolling::{Join, Number, Range, Reduction, Sums, windows};

/// (highest − lowest of the last n ≥ 2 values) / Σ |the last n changes|, 0 … 1; `n` rows of warm-up; 0
/// where nothing moved.
pub fn vhf(n: usize) -> impl Kernel {
    struct Share;

    impl Reduction<2, 3, 1> for Share {
        type Join = RangeAndSum;

        #[inline(always)]
        fn row<N: Number>(&self, [x, before]: [N; 2]) -> [N; 3] {
            [x, x, (x - before).magnitude()]
        }

        #[inline(always)]
        fn told<N: Number>(&self, [highest, lowest, gone]: [N; 3], _: [N; 2]) -> [N; 1] {
            [((highest - lowest) / gone).unless_zero(gone, 0.0)]
        }
    }

    WithEarlier::new([1], windows(n, Share))
}

/// The greatest value of one column, the least of another, and the sum of a third.
struct RangeAndSum;

impl Join<3> for RangeAndSum {
    #[inline(always)]
    fn joined<N: Number>(older: [N; 3], newer: [N; 3], rows: [f64; 2]) -> [N; 3] {
        let ([a, b, older], [c, d, newer]) = (older, newer);
        let [greatest, least] = Range::joined([a, b], [c, d], rows);
        let [sum] = Sums::joined([older], [newer], rows);
        [greatest, least, sum]
    }
}
