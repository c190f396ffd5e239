//! The variance of the last `n` values, over n (not n − 1), and the standard deviation. The first
//! n − 1 rows have none.

use crate::kernel::Kernel;
use crate::rolling::{FromLast, Moments, Number, Reduction, windows};

/// The variance of the last `n ≥ 1` values.
pub fn variance(n: usize) -> Box<dyn Kernel> {
    struct Variance(f64);

    impl Reduction<1, 3, 1> for Variance {
        type Join = FromLast<Moments<2>>;
        const INPUTS: Option<[usize; 3]> = Some([0; 3]);

        #[inline(always)]
        fn told<N: Number>(&self, [.., second]: [N; 3], _: [N; 1]) -> [N; 1] {
            [second / second.all(self.0)]
        }
    }

    windows(n, Variance(n as f64))
}

/// A multiple of the standard deviation of the last `n ≥ 1` values.
pub fn deviation(n: usize, multiple: f64) -> Box<dyn Kernel> {
    struct Deviation {
        n: f64,
        multiple: f64,
    }

    impl Reduction<1, 3, 1> for Deviation {
        type Join = FromLast<Moments<2>>;
        const INPUTS: Option<[usize; 3]> = Some([0; 3]);

        #[inline(always)]
        fn told<N: Number>(&self, [.., second]: [N; 3], _: [N; 1]) -> [N; 1] {
            [(second / second.all(self.n)).root() * second.all(self.multiple)]
        }
    }

    windows(n, Deviation { n: n as f64, multiple })
}
