//! Detrended price oscillator: an earlier price less a mean around it. By definition, as in TA-Lib.

use super::earlier::WithEarlier;
use crate::kernel::Kernel;
use crate::rolling::{Number, Reduction, Sums, windows};

/// The price of n/2 + 1 rows ago (n/2 rounded down) less the mean of the last `n ≥ 2`, in the unit of
/// the price; `max(n − 1, n/2 + 1)` rows of warm-up.
pub fn dpo(n: usize) -> impl Kernel {
    struct Detrended(f64);

    impl Reduction<2, 1, 1> for Detrended {
        type Join = Sums;
        const INPUTS: Option<[usize; 1]> = Some([0]);

        #[inline(always)]
        fn told<N: Number>(&self, [sum]: [N; 1], [_, earlier]: [N; 2]) -> [N; 1] {
            [earlier - sum / sum.all(self.0)]
        }
    }

    WithEarlier::new([n / 2 + 1], windows(n, Detrended(n as f64)))
}
