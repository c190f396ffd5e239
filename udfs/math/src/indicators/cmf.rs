//! Chaikin's money flow: the money flow volume of the last `n` rows over their volume; 0 where
//! nothing was traded. The first n − 1 rows have none.

use super::money_flow::money_flow_volume;
use crate::kernel::Kernel;
use crate::rolling::{Number, Reduction, Sums, windows};

/// The money flow over `n ≥ 1` rows; inputs high, low, close, volume.
pub fn cmf(n: usize) -> Box<dyn Kernel> {
    struct Share;

    impl Reduction<4, 2, 1> for Share {
        type Join = Sums;

        #[inline(always)]
        fn row<N: Number>(&self, bar: [N; 4]) -> [N; 2] {
            let [.., volume] = bar;
            [money_flow_volume(bar), volume]
        }

        #[inline(always)]
        fn told<N: Number>(&self, [flow, volume]: [N; 2], _: [N; 4]) -> [N; 1] {
            let none = volume.all(0.0);
            [N::less(none, volume, flow / volume, none)]
        }
    }

    windows(n, Share)
}
