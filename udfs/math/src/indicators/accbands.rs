//! Acceleration bands: the means of the last `n` of high·(1 + w), close and low·(1 − w), where
//! w = 4·(high − low) / (high + low), 0 where high + low is. The first n − 1 rows have none.
//!
//! Headley (2002), Big Trends in Trading.

use crate::kernel::Kernel;
use crate::rolling::{Number, Reduction, Sums, windows};

/// The bands over `n ≥ 1` rows; inputs high, low, close; outputs upper, middle, lower.
pub fn accbands(n: usize) -> Box<dyn Kernel> {
    /// Means of so many rows.
    struct Bands(f64);

    impl Reduction<3, 3, 3> for Bands {
        type Join = Sums;

        #[inline(always)]
        fn row<N: Number>(&self, [high, low, close]: [N; 3]) -> [N; 3] {
            let (sum, one) = (high + low, high.all(1.0));
            let width = high.all(4.0) * (high - low) / sum;
            let width = N::less(sum.magnitude(), sum.all(1e-14), sum.all(0.0), width);
            [high * (one + width), close, low * (one - width)]
        }

        #[inline(always)]
        fn told<N: Number>(&self, [upper, middle, lower]: [N; 3], _: [N; 3]) -> [N; 3] {
            let rows = upper.all(self.0);
            [upper / rows, middle / rows, lower / rows]
        }
    }

    windows(n, Bands(n as f64))
}
