//! Volume weighted moving average: Σ price·volume / Σ volume over the last `n` rows; none where no
//! volume was traded. The first n − 1 rows have none; n = 1 gives the price itself.

use super::filter::{Filter as _, each_row};
use super::sliding::Sliding;
use crate::kernel::Kernel;

/// The average; inputs price and volume.
#[derive(Debug, Clone)]
pub struct Vwma {
    n: usize,
    value: Sliding,
    volume: Sliding,
}

impl Vwma {
    /// Over `n ≥ 1` rows.
    pub fn new(n: usize) -> Self {
        Self { n, value: Sliding::new(n), volume: Sliding::new(n) }
    }

    fn update(&mut self, price: f64, volume: f64) -> Option<f64> {
        if self.n <= 1 {
            return Some(price);
        }
        let (value, volume) = (self.value.update(price * volume), self.volume.update(volume));
        let (value, volume) = (value?, volume?);
        (volume != 0.0).then_some(value / volume)
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
