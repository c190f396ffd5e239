//! Awesome oscillator and its accelerator: Williams (1998), New Trading Dimensions.

use super::filter::{Filter, each_row};
use super::sma::Sma;
use crate::kernel::Kernel;

/// The mean of the last `fast` middles of the bar, (high + low)/2, less that of the last `slow`, in
/// the unit of the price; `max(fast, slow) − 1` rows of warm-up.
#[derive(Debug, Clone)]
pub struct Ao {
    fast: Sma,
    slow: Sma,
}

impl Ao {
    /// An oscillator of means over `fast` and `slow` rows.
    pub fn new(fast: usize, slow: usize) -> Self {
        Self { fast: Sma::new(fast), slow: Sma::new(slow) }
    }

    /// Takes the next bar.
    pub fn update(&mut self, high: f64, low: f64) -> Option<f64> {
        let middle = f64::midpoint(high, low);
        let (fast, slow) = (self.fast.update(middle), self.slow.update(middle));
        Some(fast? - slow?)
    }
}

impl Kernel for Ao {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[high, low]| self.update(high, low).map(|y| [y]));
    }

    fn size(&self) -> usize {
        self.fast.bytes() + self.slow.bytes()
    }
}

/// The oscillator less its mean over the last `signal` rows, in the unit of the price;
/// `max(fast, slow) + signal − 2` rows of warm-up.
#[derive(Debug, Clone)]
pub struct Ac {
    oscillator: Ao,
    signal: Sma,
}

impl Ac {
    /// The accelerator of an oscillator of means over `fast` and `slow` rows.
    pub fn new(fast: usize, slow: usize, signal: usize) -> Self {
        Self { oscillator: Ao::new(fast, slow), signal: Sma::new(signal) }
    }

    fn update(&mut self, high: f64, low: f64) -> Option<f64> {
        let ao = self.oscillator.update(high, low)?;
        Some(ao - self.signal.update(ao)?)
    }
}

impl Kernel for Ac {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[high, low]| self.update(high, low).map(|y| [y]));
    }

    fn size(&self) -> usize {
        self.oscillator.size() + self.signal.bytes()
    }
}
