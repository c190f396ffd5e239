//! Wilder's averages of gains and of losses, which RSI and CMO compare.
//!
//! Wilder (1978), New Concepts in Technical Trading Systems, section VI: the first pair, after `n`
//! changes, are their plain means; each later change x updates G ← (G·(n − 1) + max(x, 0)) / n, the
//! loss L likewise with −x.

use super::rows::{Before, Rows};
use super::smoothing::Smoothing;
use crate::rolling::Number;

/// The averages: feed values oldest first.
#[derive(Debug, Clone)]
pub struct Gains {
    before: Before,
    gain: Smoothing,
    loss: Smoothing,
}

impl Gains {
    /// Averages over `n ≥ 1` changes.
    pub fn new(n: usize) -> Self {
        let average = Smoothing::wilder(n);
        Self { before: Before::default(), gain: average.clone(), loss: average }
    }

    /// Whether it can take eight rows at once.
    pub fn is_warm(&self) -> bool {
        self.loss.is_warm()
    }

    /// Takes the next values; gives gain and loss once `n` changes were seen.
    #[inline(always)]
    pub fn next<N: Rows>(&mut self, level: N::Level, x: N) -> Option<[N; 2]> {
        let [gain, loss] = parts(x - self.before.next(level, x)?);
        let (gain, loss) = self.gain.next(level, gain).zip(self.loss.next(level, loss))?;
        Some([gain, loss])
    }
}

/// What a change adds to gains and to losses.
#[inline(always)]
fn parts<N: Number>(change: N) -> [N; 2] {
    let none = change.all(0.0);
    [N::less(none, change, change, none), N::less(change, none, none - change, none)]
}
