//! Elder's force index: the exponential average of (close − close before) · volume. The first n rows
//! have none.
//!
//! Elder (1993), Trading for a Living.

use super::ema::Ema;
use super::filter::{Filter, each_row};
use crate::kernel::Kernel;

/// The index; inputs close, volume.
#[derive(Debug, Clone)]
pub struct Efi {
    close: Option<f64>,
    average: Ema,
}

impl Efi {
    /// Over a span of `n ≥ 1` changes.
    pub fn new(n: usize) -> Self {
        Self { close: None, average: Ema::new(n) }
    }

    fn update(&mut self, close: f64, volume: f64) -> Option<f64> {
        let before = self.close.replace(close)?;
        self.average.update((close - before) * volume)
    }
}

impl Kernel for Efi {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[close, volume]| self.update(close, volume).map(|x| [x]));
    }
}
