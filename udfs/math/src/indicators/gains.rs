//! Wilder's averages of gains and of losses, which RSI and CMO compare.
//!
//! Wilder (1978), New Concepts in Technical Trading Systems, section VI: the first pair, after `n`
//! changes, are their plain means; each later change x updates G ← (G·(n − 1) + max(x, 0)) / n, the
//! loss L likewise with −x.

use fearless_simd::Simd;

use super::smoothing::Smoothing;
use crate::rolling::{Block, Number};

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
    pub fn update(&mut self, x: f64) -> Option<[f64; 2]> {
        let [gain, loss] = parts(x - self.previous.replace(x)?);
        let (gain, loss) = self.gain.update(gain).zip(self.loss.update(loss))?;
        Some([gain, loss])
    }

    /// Whether the next row begins a block.
    pub fn is_between(&self) -> bool {
        self.gain.is_between()
    }

    /// Takes the values of a block; gives gains and losses.
    #[inline(always)]
    pub fn block<V: Simd>(&mut self, simd: V, x: Block<V>) -> [Block<V>; 2] {
        let before = Block::splat(simd, self.previous.unwrap_or(f64::NAN));
        self.previous = Some(x.last());
        let [gain, loss] = parts(x - x.earlier(1, before));
        [self.gain.block(simd, gain), self.loss.block(simd, loss)]
    }
}

/// What a change adds to gains and to losses.
#[inline(always)]
fn parts<N: Number>(change: N) -> [N; 2] {
    let none = change.all(0.0);
    [N::less(none, change, change, none), N::less(change, none, none - change, none)]
}
