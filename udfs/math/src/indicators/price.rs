//! One price of a bar: means of its open, high, low and close. Every row has one.

use crate::kernel::Kernel;
use crate::lagged::{Lagged, OfRows};
use crate::rolling::Number;

/// (open + high + low + close) / 4; inputs open, high, low, close.
pub fn average_price() -> impl Kernel {
    struct Average;

    impl OfRows<4, 1> for Average {
        #[inline(always)]
        fn of<N: Number>(&self, [open, high, low, close]: [N; 4], _: [N; 4]) -> [N; 1] {
            [(high + low + close + open) / open.all(4.0)]
        }
    }

    Lagged::new(0, Average)
}

/// (high + low) / 2; inputs high, low.
pub fn median_price() -> impl Kernel {
    struct Median;

    impl OfRows<2, 1> for Median {
        #[inline(always)]
        fn of<N: Number>(&self, [high, low]: [N; 2], _: [N; 2]) -> [N; 1] {
            [high.middle(low)]
        }
    }

    Lagged::new(0, Median)
}

/// (high + low + close) / 3; inputs high, low, close.
pub fn typical_price() -> impl Kernel {
    struct Typical;

    impl OfRows<3, 1> for Typical {
        #[inline(always)]
        fn of<N: Number>(&self, [high, low, close]: [N; 3], _: [N; 3]) -> [N; 1] {
            [(high + low + close) / high.all(3.0)]
        }
    }

    Lagged::new(0, Typical)
}

/// (high + low + 2·close) / 4; inputs high, low, close.
pub fn weighted_close() -> impl Kernel {
    struct Weighted;

    impl OfRows<3, 1> for Weighted {
        #[inline(always)]
        fn of<N: Number>(&self, [high, low, close]: [N; 3], _: [N; 3]) -> [N; 1] {
            [(high + low + close * close.all(2.0)) / high.all(4.0)]
        }
    }

    Lagged::new(0, Weighted)
}
