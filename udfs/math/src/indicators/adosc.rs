//! Chaikin's accumulation/distribution oscillator: a fast exponential average of the line less a
//! slow one.
//!
//! As in TA-Lib both averages begin with the first value of the line, not with a mean, and the
//! first max(fast, slow) − 1 rows have no value.
//!
//! The line itself, which grows without bound, is not needed: with the weight w = 2 / (n + 1) of a new
//! value, what an average lags behind the line by is d ← (1 − w)·(d + m), where m is the money flow
//! volume, which is (n − 1) / 2 times the average d ← (1 − w)·d + w·m.

use super::chain::{self, Chain};
use super::money_flow::money_flow_volume;
use super::rows::{Rows, Wait};
use super::smoothing::Smoothing;
use crate::kernel::Kernel;

/// The oscillator; inputs high, low, close, volume.
#[derive(Debug, Clone)]
pub struct Adosc {
    fast: Lag,
    slow: Lag,
    first: Wait,
    warm_up: Wait,
}

/// By how much an average lags behind the line.
#[derive(Debug, Clone)]
struct Lag {
    average: Smoothing,
    scale: f64,
}

impl Lag {
    fn new(n: usize) -> Self {
        let n = n.max(1) as f64;
        Self { average: Smoothing::new(1, 2.0 / (n + 1.0)), scale: (n - 1.0) / 2.0 }
    }

    #[inline(always)]
    fn next<N: Rows>(&mut self, level: N::Level, flow: N) -> Option<N> {
        Some(flow.all(self.scale) * self.average.next(level, flow)?)
    }
}

impl Adosc {
    /// Of averages over `fast ≥ 1` and `slow ≥ 1` rows.
    pub fn new(fast: usize, slow: usize) -> Self {
        Self {
            fast: Lag::new(fast),
            slow: Lag::new(slow),
            first: Wait(1),
            warm_up: Wait(fast.max(slow).max(1) - 1),
        }
    }
}

impl Chain<4, 1> for Adosc {
    fn is_warm(&self) -> bool {
        self.slow.average.is_warm() && self.warm_up.0 == 0
    }

    #[inline(always)]
    fn next<N: Rows>(
        &mut self,
        level: N::Level,
        [high, low, close, volume]: [N; 4],
    ) -> Option<[N; 1]> {
        let flow = money_flow_volume([high, low, close, volume]);
        // No average lags behind the first value, which it begins with.
        let flow = if self.first.is_over::<N>() { flow } else { flow.all(0.0) };
        let (fast, slow) = (self.fast.next(level, flow)?, self.slow.next(level, flow)?);
        self.warm_up.is_over::<N>().then_some([slow - fast])
    }
}

impl Kernel for Adosc {
    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        let [output, ..] = outputs else { return None };
        Some(chain::append(self, inputs, output))
    }
}
