//! Pearson's correlation of the last `n` pairs; 0 where one of the two does not move. The first
//! n − 1 rows have none.

use crate::kernel::Kernel;
use crate::rolling::{Comoments, FromLast, Number, Reduction, windows};

/// The correlation of two series over the last `n ≥ 1` pairs.
pub fn correl(n: usize) -> Box<dyn Kernel> {
    struct Correlation;

    impl Reduction<2, 7, 1> for Correlation {
        type Join = FromLast<Comoments>;
        const INPUTS: Option<[usize; 7]> = Some([0, 1, 0, 0, 0, 0, 0]);

        #[inline(always)]
        fn told<N: Number>(&self, [.., xx, yy, xy]: [N; 7], _: [N; 2]) -> [N; 1] {
            let scale = (xx * yy).root();
            let one = scale.all(1.0);
            // Rounding never takes it beyond ±1.
            let correlation = (xy / scale).lesser(one).greater(scale.all(0.0) - one);
            [correlation.unless_zero(scale, 0.0)]
        }
    }

    windows(n, Correlation)
}
