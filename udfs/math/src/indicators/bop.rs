//! Balance of power: (close − open) / (high − low), Livshin (2001), Stocks & Commodities 19(8).

use crate::kernel::Kernel;
use crate::lagged::{Lagged, OfRows};
use crate::rolling::Number;

/// The share of a bar's range its body takes, −1 … 1; 0 without range. Inputs open, high, low, close. No
/// warm-up.
pub fn bop() -> impl Kernel {
    struct Share;

    impl OfRows<4, 1> for Share {
        #[inline(always)]
        fn of<N: Number>(&self, [open, high, low, close]: [N; 4], _: [N; 4]) -> [N; 1] {
            let (range, none) = (high - low, open.all(0.0));
            [N::less(none, range, (close - open) / range, none)]
        }
    }

    Lagged::new(0, Share)
}
