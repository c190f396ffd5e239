//! Average directional index: Wilder's average of the DX, and the ADXR, its mean with an earlier
//! one. Wilder (1978), New Concepts in Technical Trading Systems, section IV.

use super::directional_movement::DirectionalMovement;
use super::filter::each_row;
use crate::kernel::{Kernel, Ring};

/// The average over `n` rows, 0 … 100: the mean of the first `n` indices, then each later one enters
/// with weight 1/n. `2n − 1` rows of warm-up. An index is 0 among the first `n`, and leaves the
/// average as it is later, where nothing moved.
#[derive(Debug, Clone)]
pub struct Adx {
    state: DirectionalMovement,
    n: usize,
    average: f64,
}

impl Adx {
    /// An average over `n ≥ 2` rows.
    pub fn new(n: usize) -> Self {
        Self { state: DirectionalMovement::new(n), n, average: 0.0 }
    }

    /// Takes the next bar.
    pub fn update(&mut self, high: f64, low: f64, close: f64) -> Option<f64> {
        let dx = self.state.update(high, low, close).and_then(|sums| sums.dx());
        let (n, changes) = (self.n, self.state.changes());
        if changes < n {
            return None;
        }
        if changes < 2 * n {
            self.average += dx.unwrap_or(0.0);
            if changes < 2 * n - 1 {
                return None;
            }
            self.average /= n as f64;
        } else if let Some(dx) = dx {
            self.average += (dx - self.average) / n as f64;
        }
        Some(self.average)
    }
}

impl Kernel for Adx {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[high, low, close]| self.update(high, low, close).map(|y| [y]));
    }
}

/// The mean of the ADX and that of `n − 1` rows ago; `3n − 2` rows of warm-up.
#[derive(Debug, Clone)]
pub struct Adxr {
    adx: Adx,
    last: Ring,
}

impl Adxr {
    /// A rating over `n ≥ 2` rows.
    pub fn new(n: usize) -> Self {
        Self { adx: Adx::new(n), last: Ring::new(n) }
    }

    fn update(&mut self, high: f64, low: f64, close: f64) -> Option<f64> {
        let adx = self.adx.update(high, low, close)?;
        self.last.push(adx);
        self.last.is_full().then(|| f64::midpoint(adx, self.last.ago(self.last.len() - 1)))
    }
}

impl Kernel for Adxr {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[high, low, close]| self.update(high, low, close).map(|y| [y]));
    }

    fn size(&self) -> usize {
        self.last.size()
    }
}
