//! Middle of a range: half the highest high and the lowest low of the last `n` rows (TA-Lib MIDPRICE;
//! MIDPOINT where both are one series). The first n − 1 rows have none.

use crate::kernel::Kernel;
use crate::rolling::{Number, Range, Reduction, windows};

/// The middle between two series, over `n ≥ 1` rows; inputs high and low.
pub fn midprice(n: usize) -> Box<dyn Kernel> {
    struct Middle;

    impl Reduction<2, 2, 1> for Middle {
        type Join = Range;
        const INPUTS: Option<[usize; 2]> = Some([0, 1]);

        #[inline(always)]
        fn told<N: Number>(&self, [highest, lowest]: [N; 2], _: [N; 2]) -> [N; 1] {
            [highest.middle(lowest)]
        }
    }

    windows(n, Middle)
}

/// The middle of one series, over `n ≥ 1` rows.
pub fn midpoint(n: usize) -> Box<dyn Kernel> {
    struct Middle;

    impl Reduction<1, 2, 1> for Middle {
        type Join = Range;
        const INPUTS: Option<[usize; 2]> = Some([0, 0]);

        #[inline(always)]
        fn told<N: Number>(&self, [highest, lowest]: [N; 2], _: [N; 1]) -> [N; 1] {
            [highest.middle(lowest)]
        }
    }

    windows(n, Middle)
}
