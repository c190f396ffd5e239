//! Donchian channel: the highest high and the lowest low of the last `n` rows, and their middle. The
//! first n − 1 rows have none.

use crate::kernel::Kernel;
use crate::rolling::{Number, Range, Reduction, windows};

/// The channel over `n ≥ 1` rows; inputs high and low; outputs upper, middle, lower.
pub fn donchian(n: usize) -> Box<dyn Kernel> {
    struct Channel;

    impl Reduction<2, 2, 3> for Channel {
        type Join = Range;
        const INPUTS: Option<[usize; 2]> = Some([0, 1]);

        #[inline(always)]
        fn told<N: Number>(&self, [upper, lower]: [N; 2], _: [N; 2]) -> [N; 3] {
            [upper, upper.middle(lower), lower]
        }
    }

    windows(n, Channel)
}
