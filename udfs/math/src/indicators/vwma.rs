//! Volume weighted moving average: Σ price·volume / Σ volume over the last `n` rows; none where no
//! volume was traded. The first n − 1 rows have none; n = 1 gives the price itself.

use crate::kernel::Kernel;
use crate::lagged::{Lagged, OfRows};
use crate::rolling::{Number, Reduction, Sums, windows};

/// The average over `n ≥ 1` rows; inputs price and volume.
pub fn vwma(n: usize) -> Box<dyn Kernel> {
    struct Price;

    impl OfRows<2, 1> for Price {
        #[inline(always)]
        fn of<N: Number>(&self, [price, _]: [N; 2], _: [N; 2]) -> [N; 1] {
            [price]
        }
    }

    struct Average;

    impl Reduction<2, 2, 1> for Average {
        type Join = Sums;

        #[inline(always)]
        fn row<N: Number>(&self, [price, volume]: [N; 2]) -> [N; 2] {
            [price * volume, volume]
        }

        #[inline(always)]
        fn told<N: Number>(&self, [value, volume]: [N; 2], _: [N; 2]) -> [N; 1] {
            let none = volume.all(0.0);
            [N::less(none, volume.magnitude(), value / volume, none.all(f64::NAN))]
        }
    }

    if n <= 1 { Box::new(Lagged::new(0, Price)) } else { windows(n, Average) }
}
