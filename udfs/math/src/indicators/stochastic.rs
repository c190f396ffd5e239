//! Stochastics: where the close is in the range of the last rows, and averages of that.
//!
//! Lane (1984), Lane's Stochastics, Stocks & Commodities 2(3): fast K = 100 · (close − lowest low) /
//! (highest high − lowest low); fast D is an average of it; slow K is one, too, and slow D an average
//! of slow K. KDJ adds J = 3K − 2D. The averages may be of any type.

use super::extremes::Extreme;
use super::filter::{Filter, each_row};
use crate::kernel::Kernel;

/// Fast K without an average.
#[derive(Debug, Clone)]
pub struct FastK {
    highest: Extreme,
    lowest: Extreme,
}

impl FastK {
    /// Over the range of the last `n ≥ 1` rows.
    pub fn new(n: usize) -> Self {
        Self { highest: Extreme::max(n), lowest: Extreme::min(n) }
    }

    /// Takes the next bar; gives 0 … 100, 0 without range.
    pub fn update(&mut self, high: f64, low: f64, close: f64) -> Option<f64> {
        let (highest, lowest) = (self.highest.update(high), self.lowest.update(low));
        let (highest, lowest) = (highest?, lowest?);
        let range = highest - lowest;
        // TA-Lib's band: a range that is the rounding of its two ends is none.
        let none = range.abs() <= 1e-14 * (highest.abs() + lowest.abs());
        Some(if none { 0.0 } else { (close - lowest) / (range / 100.0) })
    }

    fn bytes(&self) -> usize {
        self.highest.bytes() + self.lowest.bytes()
    }
}

/// Fast K and D; `n − 1` rows of warm-up and those of the average.
pub struct Fast {
    k: FastK,
    d: Box<dyn Filter>,
}

impl Fast {
    /// Fast K over `n` rows and its average.
    pub fn new(n: usize, d: Box<dyn Filter>) -> Self {
        Self { k: FastK::new(n), d }
    }

    /// Takes the next bar.
    pub fn update(&mut self, high: f64, low: f64, close: f64) -> Option<[f64; 2]> {
        let k = self.k.update(high, low, close)?;
        Some([k, self.d.update(k)?])
    }
}

impl Kernel for Fast {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[high, low, close]| self.update(high, low, close));
    }

    fn size(&self) -> usize {
        self.k.bytes() + self.d.bytes()
    }
}

/// Slow K and D; `n − 1` rows of warm-up and those of both averages.
pub struct Slow {
    fast: Fast,
    d: Box<dyn Filter>,
}

impl Slow {
    /// The average of fast K over `n` rows, and the average of that.
    pub fn new(n: usize, k: Box<dyn Filter>, d: Box<dyn Filter>) -> Self {
        Self { fast: Fast::new(n, k), d }
    }

    fn update(&mut self, high: f64, low: f64, close: f64) -> Option<[f64; 2]> {
        let [_, k] = self.fast.update(high, low, close)?;
        Some([k, self.d.update(k)?])
    }
}

impl Kernel for Slow {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[high, low, close]| self.update(high, low, close));
    }

    fn size(&self) -> usize {
        self.fast.size() + self.d.bytes()
    }
}

/// Slow K and D, and J = 3K − 2D.
pub struct Kdj(pub Slow);

impl Kernel for Kdj {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[high, low, close]| {
            self.0.update(high, low, close).map(|[k, d]| [k, d, 3.0 * k - 2.0 * d])
        });
    }

    fn size(&self) -> usize {
        self.0.size()
    }
}
