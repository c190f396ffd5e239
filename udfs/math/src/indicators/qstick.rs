//! Qstick: the mean body of the last bars. Chande & Kroll (1994), The New Technical Trader.

use crate::kernel::Kernel;
use crate::rolling::{Number, Reduction, Sums, windows};

/// The mean of close − open over the last `n ≥ 1` bars, in the unit of the price; inputs open and close;
/// `n − 1` rows of warm-up.
pub fn qstick(n: usize) -> Box<dyn Kernel> {
    /// Of so many bars.
    struct Mean(f64);

    impl Reduction<2, 1, 1> for Mean {
        type Join = Sums;

        #[inline(always)]
        fn row<N: Number>(&self, [open, close]: [N; 2]) -> [N; 1] {
            [close - open]
        }

        #[inline(always)]
        fn told<N: Number>(&self, [sum]: [N; 1], _: [N; 2]) -> [N; 1] {
            [sum / sum.all(self.0)]
        }
    }

    windows(n, Mean(n as f64))
}
