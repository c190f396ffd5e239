//! Volume weighted moving average: Σ price·volume / Σ volume over the last `n` rows; none where no
//! volume was traded. The first n − 1 rows have none; n = 1 gives the price itself.

use super::filter::each_row;
use super::sum::RollingSum;
use crate::kernel::Kernel;

/// The average; inputs price and volume.
#[derive(Debug, Clone)]
pub struct Vwma {
    n: usize,
    value: RollingSum,
    volume: RollingSum,
    /// Rows without volume, up to the last.
    idle: usize,
}

impl Vwma {
    /// Over `n ≥ 1` rows.
    pub fn new(n: usize) -> Self {
        Self { n, value: RollingSum::new(n), volume: RollingSum::new(n), idle: 0 }
    }

    fn update(&mut self, price: f64, volume: f64) -> Option<f64> {
        if self.n <= 1 {
            return Some(price);
        }
        self.idle = if volume == 0.0 { self.idle.saturating_add(1) } else { 0 };
        let (value, volume) = (self.value.update(price * volume), self.volume.update(volume));
        // The sums of an idle window may keep a rounding error; their quotient means nothing.
        (self.idle < self.n).then_some(value? / volume?)
    }
}

impl Kernel for Vwma {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[price, volume]| {
            self.update(price, volume).map(|average| [average])
        });
    }

    fn size(&self) -> usize {
        self.value.bytes() + self.volume.bytes()
    }
}
