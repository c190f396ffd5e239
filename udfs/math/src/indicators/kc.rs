//! Keltner channel: the EMA of (high + low + close) / 3 over `n` rows, and above and below it a
//! multiple of the average true range (Wilder's) over `m` rows. The first max(n − 1, m) rows have
//! none; the one of the two that needs fewer rows begins as late as that allows, as in TA-Lib.

use super::atr::Atr;
use super::chain::{self, Chain};
use super::rows::{Rows, Wait};
use super::smoothing::Smoothing;
use crate::kernel::Kernel;

/// The channel; inputs high, low, close; outputs upper, middle, lower.
#[derive(Debug, Clone)]
pub struct Keltner {
    /// Rows that the average and the range leave out.
    skip: [Wait; 2],
    average: Smoothing,
    range: Atr,
    multiple: f64,
}

impl Keltner {
    /// An average over `n ≥ 1` rows, a range over `m ≥ 1`.
    pub fn new(n: usize, m: usize, multiple: f64) -> Self {
        let (average, range) = (n.max(1) - 1, m.max(1));
        let most = average.max(range);
        Self {
            skip: [Wait(most - average), Wait(most - range)],
            average: Smoothing::exponential(n),
            range: Atr::new(m),
            multiple,
        }
    }
}

impl Chain<3, 3> for Keltner {
    fn is_warm(&self) -> bool {
        self.average.is_warm() && self.range.is_warm()
    }

    #[inline(always)]
    fn next<N: Rows>(&mut self, level: N::Level, bar: [N; 3]) -> Option<[N; 3]> {
        let [high, low, close] = bar;
        let [skip_average, skip_range] = &mut self.skip;
        let (mut middle, mut range) = (None, None);
        if skip_average.is_over::<N>() {
            middle = self.average.next(level, (high + low + close) / close.all(3.0));
        }
        if skip_range.is_over::<N>() {
            range = self.range.next(level, bar);
        }
        let (middle, [range]) = (middle?, range?);
        let width = range * range.all(self.multiple);
        Some([middle + width, middle, middle - width])
    }
}

impl Kernel for Keltner {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        chain::push(self, inputs, outputs);
    }
}
