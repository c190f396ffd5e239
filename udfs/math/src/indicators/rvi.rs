//! Relative volatility index: a relative strength index of volatility. Each row's standard deviation
//! counts as up where the value rose and as down where it fell; the index is 100 · U / (U + D) with
//! both smoothed by Wilder's average, and 50 where nothing moved. The first `deviation` + n − 2 rows
//! have none.
//!
//! Dorsey (1993), The Relative Volatility Index, Stocks & Commodities 11.

use super::chain::{self, Chain};
use super::chunk;
use super::rows::{Before, Rows, Wait};
use super::smoothing::Smoothing;
use crate::kernel::Kernel;
use crate::rolling::{Moments, rolling};

/// The index of a series.
pub struct Rvi {
    deviation: Box<dyn Kernel>,
    n: usize,
    /// The row before the first deviation is the first to be compared with.
    wait: Wait,
    index: Index,
}

/// The index; inputs the series and its deviations.
#[derive(Debug, Clone)]
struct Index {
    before: Before,
    up: Smoothing,
    down: Smoothing,
}

impl Rvi {
    /// Averages over `n ≥ 1` rows of the deviation of the last `deviation ≥ 2` values.
    pub fn new(n: usize, deviation: usize) -> Self {
        let average = Smoothing::wilder(n);
        let of_window = |window: Moments<2>, _: [f64; 1]| window.variance(0.0).sqrt();
        Self {
            deviation: Box::new(rolling(deviation, deviation, of_window)),
            n: deviation,
            wait: Wait(deviation.saturating_sub(2)),
            index: Index { before: Before::default(), up: average.clone(), down: average },
        }
    }
}

impl Chain<2, 1> for Index {
    fn is_warm(&self) -> bool {
        self.down.is_warm()
    }

    #[inline(always)]
    fn next<N: Rows>(&mut self, level: N::Level, [x, deviation]: [N; 2]) -> Option<[N; 1]> {
        let (before, none) = (self.before.next(level, x)?, x.all(0.0));
        let up = self.up.next(level, N::less(before, x, deviation, none));
        let down = self.down.next(level, N::less(x, before, deviation, none))?;
        let up = up?;
        let sum = up + down;
        Some([(x.all(100.0) * (up / sum)).unless_zero(sum, 50.0)])
    }
}

impl Kernel for Rvi {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        let Self { deviation, n, wait, index } = self;
        let most = chunk::rows(*n);
        let mut deviations = chunk::scratch(most, inputs);
        chunk::each(most, inputs, outputs, |[x], [out]| {
            let deviations = &mut deviations[..out.len()];
            deviation.push(&[x], &mut [deviations]);
            let begin = wait.over(out);
            chain::push(index, &[&x[begin..], &deviations[begin..]], &mut [&mut out[begin..]]);
        });
    }

    fn size(&self) -> usize {
        self.deviation.size()
    }
}
