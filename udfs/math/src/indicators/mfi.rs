//! Money flow index: an RSI of price times volume. Quong & Soudack (1989), Volume-Weighted RSI:
//! Money Flow, Stocks & Commodities 7(3).
//!
//! Money flow is the typical price (high + low + close)/3 times volume, positive where the typical
//! price rose, negative where it fell, left out where it stayed. MFI = 100 · P / (P + N).

use super::filter::{Filter, each_row};
use super::sliding::Sliding;
use crate::kernel::Kernel;

/// The index over the last `n` changes, 0 … 100; `n` rows of warm-up; 0 without money flow.
#[derive(Debug, Clone)]
pub struct Mfi {
    previous: Option<f64>,
    positive: Sliding,
    negative: Sliding,
}

impl Mfi {
    /// An index over `n ≥ 2` changes.
    pub fn new(n: usize) -> Self {
        Self { previous: None, positive: Sliding::new(n), negative: Sliding::new(n) }
    }

    fn update(&mut self, [high, low, close, volume]: [f64; 4]) -> Option<f64> {
        let price = (high + low + close) / 3.0;
        let previous = self.previous.replace(price)?;
        let change = price - previous;
        // TA-Lib's band: a typical price that differs by its own rounding did not move.
        let moved = change.abs() > 1e-14 * (price.abs() + previous.abs());
        let flow = if moved { price * volume } else { 0.0 };
        let (up, down) = if change < 0.0 { (0.0, flow) } else { (flow, 0.0) };
        let (positive, negative) = (self.positive.update(up), self.negative.update(down));
        let (positive, sum) = (positive?, positive? + negative?);
        Some(if sum > 0.0 { 100.0 * (positive.clamp(0.0, sum) / sum) } else { 0.0 })
    }
}

impl Kernel for Mfi {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |row| self.update(row).map(|y| [y]));
    }

    fn size(&self) -> usize {
        self.positive.bytes() + self.negative.bytes()
    }
}
