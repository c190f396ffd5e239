//! Stochastic momentum index: the close against the middle of the range, both smoothed twice. Blau
//! (1993), Stochastic Momentum, Stocks & Commodities 11(1).

use super::ema::Ema;
use super::extremes::Extreme;
use super::filter::{Filter, each_row};
use crate::kernel::Kernel;

/// 100 · EMA(EMA(close − middle)) / (EMA(EMA(range)) / 2), −100 … 100, and its exponential average;
/// the warm-ups of the range and of the three averages add up; 0 where there never was a range.
#[derive(Debug, Clone)]
pub struct Smi {
    highest: Extreme,
    lowest: Extreme,
    distance: [Ema; 2],
    range: [Ema; 2],
    signal: Ema,
}

impl Smi {
    /// The range of `n ≥ 2` rows; averages over `slow` rows, of those over `fast` rows, and of the
    /// index over `signal` rows.
    pub fn new(n: usize, fast: usize, slow: usize, signal: usize) -> Self {
        let averages = || [Ema::new(slow), Ema::new(fast)];
        Self {
            highest: Extreme::max(n),
            lowest: Extreme::min(n),
            distance: averages(),
            range: averages(),
            signal: Ema::new(signal),
        }
    }

    fn update(&mut self, high: f64, low: f64, close: f64) -> Option<[f64; 2]> {
        let (highest, lowest) = (self.highest.update(high), self.lowest.update(low));
        let (highest, lowest) = (highest?, lowest?);
        let smooth = |averages: &mut [Ema; 2], x| {
            averages.iter_mut().try_fold(x, |x, average| average.update(x))
        };
        let range = smooth(&mut self.range, highest - lowest);
        let distance = smooth(&mut self.distance, close - f64::midpoint(highest, lowest))?;
        let half = range? / 2.0;
        let smi = if half > 0.0 { 100.0 * distance / half } else { 0.0 };
        Some([smi, self.signal.update(smi)?])
    }
}

impl Kernel for Smi {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[high, low, close]| self.update(high, low, close));
    }

    fn size(&self) -> usize {
        self.highest.bytes() + self.lowest.bytes()
    }
}
