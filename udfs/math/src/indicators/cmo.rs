//! Chande momentum oscillator: 100 · (gains − losses) / (gains + losses).
//!
//! Chande & Kroll (1994), The New Technical Trader. TA-Lib has it twice: with Wilder's averages of
//! gains and losses as in the RSI, and with Chande's plain sums.

use super::filter::{Blocks, Filter};
use super::gains::Gains;
use super::sliding::Sliding;
use super::smoothing::BLOCK;

fn balance(gain: f64, loss: f64) -> f64 {
    let sum = gain + loss;
    if sum > 0.0 { 100.0 * ((gain - loss) / sum) } else { 0.0 }
}

/// The oscillator of Wilder's averages over `n` changes, −100 … 100; `n` rows of warm-up; 0 where
/// nothing ever moved.
#[derive(Debug, Clone)]
pub struct Cmo(Gains);

impl Cmo {
    /// An oscillator over `n ≥ 2` changes.
    pub fn new(n: usize) -> Self {
        Self(Gains::new(n))
    }
}

impl Filter for Cmo {
    fn update(&mut self, x: f64) -> Option<f64> {
        self.0.update(x).map(|(gain, loss)| balance(gain, loss))
    }

    fn fill(&mut self, x: &[f64], out: &mut [f64]) {
        self.fill_blocks(x, out);
    }
}

impl Blocks for Cmo {
    fn is_between(&self) -> bool {
        self.0.is_between()
    }

    fn block(&mut self, x: &[f64; BLOCK]) -> [f64; BLOCK] {
        self.0.block(x, balance)
    }
}

/// The oscillator of plain sums over the last `n` changes, −100 … 100; `n` rows of warm-up; 0 where
/// none of them moved.
#[derive(Debug, Clone)]
pub struct Cmou {
    previous: Option<f64>,
    gains: Sliding,
    losses: Sliding,
}

impl Cmou {
    /// An oscillator over `n ≥ 2` changes.
    pub fn new(n: usize) -> Self {
        Self { previous: None, gains: Sliding::new(n), losses: Sliding::new(n) }
    }
}

impl Filter for Cmou {
    fn update(&mut self, x: f64) -> Option<f64> {
        let change = x - self.previous.replace(x)?;
        let (gain, loss) =
            (self.gains.update(change.max(0.0)), self.losses.update((-change).max(0.0)));
        Some(balance(gain?, loss?))
    }

    fn bytes(&self) -> usize {
        self.gains.bytes() + self.losses.bytes()
    }
}
