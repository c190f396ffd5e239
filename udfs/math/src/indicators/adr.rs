//! Average day range: the mean of high − low over the last `n` rows. The first n − 1 rows have none.

use crate::kernel::Kernel;
use crate::rolling::{Number, Reduction, Sums, windows};

/// The average range over `n ≥ 1` rows, in the unit of the price; inputs high and low; `n − 1` rows of
/// warm-up.
pub fn adr(n: usize) -> Box<dyn Kernel> {
    /// Of so many rows.
    struct Mean(f64);

    impl Reduction<2, 1, 1> for Mean {
        type Join = Sums;

        #[inline(always)]
        fn row<N: Number>(&self, [high, low]: [N; 2]) -> [N; 1] {
            [high - low]
        }

        #[inline(always)]
        fn told<N: Number>(&self, [sum]: [N; 1], _: [N; 2]) -> [N; 1] {
            [sum / sum.all(self.0)]
        }
    }

    windows(n, Mean(n as f64))
}
