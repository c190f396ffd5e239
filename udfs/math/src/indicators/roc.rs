//! Changes over `n` rows: the difference, and the ratio in TA-Lib's four scales. By definition.

use crate::kernel::Kernel;
use crate::lagged::{Lagged, OfRows};
use crate::rolling::Number;

/// x − x of `n ≥ 1` rows ago, in the unit of x; `n` rows of warm-up.
pub fn mom(n: usize) -> impl Kernel {
    struct Difference;

    impl OfRows<1, 1> for Difference {
        #[inline(always)]
        fn of<N: Number>(&self, [x]: [N; 1], [old]: [N; 1]) -> [N; 1] {
            [x - old]
        }
    }

    Lagged::new(n, Difference)
}

/// (x/old − 1) · 100 of x and the value of `n ≥ 1` rows ago, as the other ratios; `n` rows of warm-up; 0
/// where the old value is 0.
pub fn roc(n: usize) -> impl Kernel {
    struct Percent;

    impl OfRows<1, 1> for Percent {
        #[inline(always)]
        fn of<N: Number>(&self, [x]: [N; 1], [old]: [N; 1]) -> [N; 1] {
            [percent(x, old)]
        }
    }

    Lagged::new(n, Percent)
}

/// (x/old − 1) · 100; 0 where the old value is 0.
#[inline(always)]
pub(super) fn percent<N: Number>(x: N, old: N) -> N {
    ((x / old - x.all(1.0)) * x.all(100.0)).unless_zero(old, 0.0)
}

/// (x − old)/old.
pub fn rocp(n: usize) -> impl Kernel {
    struct Change;

    impl OfRows<1, 1> for Change {
        #[inline(always)]
        fn of<N: Number>(&self, [x]: [N; 1], [old]: [N; 1]) -> [N; 1] {
            [((x - old) / old).unless_zero(old, 0.0)]
        }
    }

    Lagged::new(n, Change)
}

/// x/old.
pub fn rocr(n: usize) -> impl Kernel {
    struct Ratio;

    impl OfRows<1, 1> for Ratio {
        #[inline(always)]
        fn of<N: Number>(&self, [x]: [N; 1], [old]: [N; 1]) -> [N; 1] {
            [(x / old).unless_zero(old, 0.0)]
        }
    }

    Lagged::new(n, Ratio)
}

/// x/old · 100.
pub fn rocr100(n: usize) -> impl Kernel {
    struct Ratio100;

    impl OfRows<1, 1> for Ratio100 {
        #[inline(always)]
        fn of<N: Number>(&self, [x]: [N; 1], [old]: [N; 1]) -> [N; 1] {
            [(x / old * x.all(100.0)).unless_zero(old, 0.0)]
        }
    }

    Lagged::new(n, Ratio100)
}
