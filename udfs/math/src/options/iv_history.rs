//! Where an implied volatility stands among those of its past.

use crate::kernel::Kernel;
use crate::rolling::{Number, Range, Reduction, Sorted, windows};

/// The share of themselves by which equal volatilities may differ, each the answer of a fit.
const SAME: f64 = 1e-12;

/// (x − lowest)/(highest − lowest) of the last `n ≥ 2` values, x included; NaN where they are the same but
/// for rounding. The first n − 1 rows have none.
pub fn iv_rank(n: usize) -> Box<dyn Kernel> {
    struct Rank;

    impl Reduction<1, 2, 1> for Rank {
        type Join = Range;
        const INPUTS: Option<[usize; 2]> = Some([0, 0]);

        #[inline(always)]
        fn told<N: Number>(&self, [highest, lowest]: [N; 2], [x]: [N; 1]) -> [N; 1] {
            let range = highest - lowest;
            let same = range.all(SAME) * highest.magnitude();
            [N::less(same, range, (x - lowest) / range, range.all(f64::NAN))]
        }
    }

    windows(n, Rank)
}

/// The share of the last `n` values, x included, that are below x. The first n − 1 rows have none.
#[derive(Debug, Clone)]
pub struct IvPercentile {
    window: Sorted,
    n: usize,
}

impl IvPercentile {
    /// Over `n ≥ 2` values.
    pub fn new(n: usize) -> Self {
        Self { window: Sorted::new(n), n }
    }
}

impl Kernel for IvPercentile {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        let ([x, ..], [out, ..]) = (inputs, outputs) else { return };
        for (out, x) in out.iter_mut().zip(*x) {
            self.window.push(*x);
            let share = self.window.less(*x) as f64 / self.n as f64;
            *out = if self.window.count() == self.n { share } else { f64::NAN };
        }
    }

    fn size(&self) -> usize {
        self.window.size()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::run;

    /// By definition, a scan over each window.
    #[test]
    fn as_a_scan_of_each_window() {
        let x: Vec<f64> = (0..200_u32).map(|i| f64::from(i * 7919 % 23) / 100.0).collect();
        for n in [2, 5, 40, 100] {
            let ranks = &run(&mut iv_rank(n), &[&x], 1)[0];
            let percentiles = &run(&mut IvPercentile::new(n), &[&x], 1)[0];
            assert!(ranks[..n - 1].iter().chain(&percentiles[..n - 1]).all(|x| x.is_nan()));
            for (row, window) in (n - 1..).zip(x.windows(n)) {
                let high = window.iter().copied().fold(f64::MIN, f64::max);
                let low = window.iter().copied().fold(f64::MAX, f64::min);
                assert_eq!(ranks[row], (x[row] - low) / (high - low));
                let below = window.iter().filter(|w| **w < x[row]).count();
                assert_eq!(percentiles[row], below as f64 / n as f64);
            }
        }
    }

    #[test]
    fn without_a_range_there_is_no_rank() {
        let ranks = run(&mut iv_rank(2), &[&[0.2, 0.2, 0.2_f64.next_down(), 0.3]], 1);
        assert!(ranks[0][..3].iter().all(|rank| rank.is_nan()));
        assert_eq!(ranks[0][3], 1.0);
    }
}
