//! Elder's force index: the exponential average of (close − close before) · volume. The first n rows
//! have none.
//!
//! Elder (1993), Trading for a Living.

use super::chain::{self, Chain};
use super::rows::{Before, Rows};
use super::smoothing::Smoothing;
use crate::kernel::Kernel;

/// The index; inputs close, volume.
#[derive(Debug, Clone)]
pub struct Efi {
    close: Before,
    average: Smoothing,
}

impl Efi {
    /// Over a span of `n ≥ 1` changes.
    pub fn new(n: usize) -> Self {
        Self { close: Before::default(), average: Smoothing::exponential(n) }
    }
}

impl Chain<2, 1> for Efi {
    fn is_warm(&self) -> bool {
        self.average.is_warm()
    }

    #[inline(always)]
    fn next<N: Rows>(&mut self, level: N::Level, [close, volume]: [N; 2]) -> Option<[N; 1]> {
        let before = self.close.next(level, close)?;
        Some([self.average.next(level, (close - before) * volume)?])
    }
}

impl Kernel for Efi {
    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        let [output, ..] = outputs else { return None };
        Some(chain::append(self, inputs, output))
    }
}
