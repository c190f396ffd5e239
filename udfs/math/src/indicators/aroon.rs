//! Aroon: how long ago the extremes of the last rows were.
//!
//! Chande (1995), A Time Price Oscillator, Stocks & Commodities 13(9): up = 100 · (n − rows since the
//! highest high of the last n + 1 rows) / n, down likewise with the lowest low; of equal extremes
//! the latest counts.

use super::extremes::Extreme;
use super::filter::{Filter, each_row};
use crate::kernel::Kernel;

#[derive(Debug, Clone)]
struct Extremes {
    highs: Extreme,
    lows: Extreme,
    n: f64,
}

impl Extremes {
    fn new(n: usize) -> Self {
        Self { highs: Extreme::max(n + 1), lows: Extreme::min(n + 1), n: n as f64 }
    }

    /// Down and up.
    fn update(&mut self, high: f64, low: f64) -> Option<[f64; 2]> {
        let (highest, lowest) = (self.highs.aged(high), self.lows.aged(low));
        let score = |age: usize| 100.0 / self.n * (self.n - age as f64);
        Some([score(lowest?.1), score(highest?.1)])
    }

    fn size(&self) -> usize {
        self.highs.bytes() + self.lows.bytes()
    }
}

/// Down and up, 0 … 100; `n` rows of warm-up.
#[derive(Debug, Clone)]
pub struct Aroon(Extremes);

impl Aroon {
    /// Over `n ≥ 2` rows.
    pub fn new(n: usize) -> Self {
        Self(Extremes::new(n))
    }
}

impl Kernel for Aroon {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[high, low]| self.0.update(high, low));
    }

    fn size(&self) -> usize {
        self.0.size()
    }
}

/// Up less down, −100 … 100; `n` rows of warm-up.
#[derive(Debug, Clone)]
pub struct AroonOsc(Extremes);

impl AroonOsc {
    /// Over `n ≥ 2` rows.
    pub fn new(n: usize) -> Self {
        Self(Extremes::new(n))
    }
}

impl Kernel for AroonOsc {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[high, low]| {
            self.0.update(high, low).map(|[down, up]| [up - down])
        });
    }

    fn size(&self) -> usize {
        self.0.size()
    }
}
