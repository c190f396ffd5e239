//! Williams' %R: where the close is in the range of the last rows, from the top. Williams (1973),
//! How I Made One Million Dollars Last Year Trading Commodities.

use crate::kernel::Kernel;
use crate::rolling::{Number, Range, Reduction, windows};

/// −100 · (highest − close)/(highest − lowest) over the last `n ≥ 2` rows, −100 … 0; inputs high, low,
/// close; `n − 1` rows of warm-up; 0 without range.
pub fn willr(n: usize) -> Box<dyn Kernel> {
    struct FromTop;

    impl Reduction<3, 2, 1> for FromTop {
        type Join = Range;
        const INPUTS: Option<[usize; 2]> = Some([0, 1]);

        #[inline(always)]
        fn told<N: Number>(&self, [highest, lowest]: [N; 2], [.., close]: [N; 3]) -> [N; 1] {
            let range = highest - lowest;
            // The quotient first: 0 at the top, not −0.
            let share = (highest - close) / (range / range.all(-100.0));
            [share.unless_zero(range, 0.0)]
        }
    }

    windows(n, FromTop)
}
