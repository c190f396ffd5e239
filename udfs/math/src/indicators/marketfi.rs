//! Market facilitation index: the range of a row over its volume, 0 where nothing was traded.
//!
//! Williams (1995), Trading Chaos.

use crate::kernel::Kernel;
use crate::lagged::{Lagged, OfRows};
use crate::rolling::Number;

/// The index; inputs high, low, volume. Every row has a value, of that row alone.
pub fn marketfi() -> impl Kernel {
    struct Index;

    impl OfRows<3, 1> for Index {
        #[inline(always)]
        fn of<N: Number>(&self, [high, low, volume]: [N; 3], _: [N; 3]) -> [N; 1] {
            [((high - low) / volume).unless_zero(volume, 0.0)]
        }
    }

    Lagged::new(0, Index)
}
