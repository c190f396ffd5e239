//! Intraday momentum index: 100 · Σ rising bodies / Σ bodies. Chande & Kroll (1994), The New
//! Technical Trader.

use super::filter::{Filter, each_row};
use super::sliding::Sliding;
use crate::kernel::Kernel;

/// The index over the last `n` bars, 0 … 100; `n − 1` rows of warm-up; 50 where no bar has a body.
#[derive(Debug, Clone)]
pub struct Imi {
    up: Sliding,
    down: Sliding,
}

impl Imi {
    /// An index over `n ≥ 2` bars.
    pub fn new(n: usize) -> Self {
        Self { up: Sliding::new(n), down: Sliding::new(n) }
    }

    fn update(&mut self, open: f64, close: f64) -> Option<f64> {
        let body = close - open;
        let (up, down) = (self.up.update(body.max(0.0)), self.down.update((-body).max(0.0)));
        let (up, down) = (up?, down?);
        let sum = up + down;
        Some(if sum > 0.0 { 100.0 * (up / sum) } else { 50.0 })
    }
}

impl Kernel for Imi {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[open, close]| self.update(open, close).map(|y| [y]));
    }

    fn size(&self) -> usize {
        self.up.bytes() + self.down.bytes()
    }
}
