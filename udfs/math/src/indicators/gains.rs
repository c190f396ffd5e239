//! Wilder's averages of gains and of losses, which RSI and CMO compare.
//!
//! Wilder (1978), New Concepts in Technical Trading Systems, section VI: the first pair, after `n`
//! changes, are their plain means; each later change x updates G ← (G·(n − 1) + max(x, 0)) / n, the
//! loss L likewise with −x.

use super::smoothing::{BLOCK, Smoothing};

/// The averages: feed values oldest first.
#[derive(Debug, Clone)]
pub struct Gains {
    previous: Option<f64>,
    gain: Smoothing,
    loss: Smoothing,
}

impl Gains {
    /// Averages over `n ≥ 1` changes.
    pub fn new(n: usize) -> Self {
        let average = || Smoothing::new(n, 1.0 / n.max(1) as f64);
        Self { previous: None, gain: average(), loss: average() }
    }

    /// Takes the next value; gives gain and loss once `n` changes were seen.
    pub fn update(&mut self, x: f64) -> Option<(f64, f64)> {
        let change = x - self.previous.replace(x)?;
        self.gain.update(change.max(0.0)).zip(self.loss.update((-change).max(0.0)))
    }

    /// Whether the next row begins a block.
    pub fn is_between(&self) -> bool {
        self.gain.is_between()
    }

    /// Takes the values of a block; gives `of` each gain and loss.
    #[inline]
    pub fn block(&mut self, x: &[f64; BLOCK], of: impl Fn(f64, f64) -> f64) -> [f64; BLOCK] {
        let mut before = self.previous.replace(x[BLOCK - 1]).unwrap_or(x[0]);
        let changes = x.map(|x| x - std::mem::replace(&mut before, x));
        let gains = self.gain.block(&changes.map(|change| change.max(0.0)));
        let losses = self.loss.block(&changes.map(|change| (-change).max(0.0)));
        std::array::from_fn(|i| of(gains[i], losses[i]))
    }
}
