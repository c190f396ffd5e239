//! Chande momentum oscillator: 100 · (gains − losses) / (gains + losses).
//!
//! Chande & Kroll (1994), The New Technical Trader. TA-Lib has it twice: with Wilder's averages of
//! gains and losses as in the RSI, and with Chande's plain sums.

use super::chain::Chain;
use super::filter::Filter;
use super::gains::Gains;
use super::rows::Rows;
use super::sliding::Sliding;
use crate::rolling::Number;

#[inline(always)]
fn balance<N: Number>([gain, loss]: [N; 2]) -> N {
    let (sum, none) = (gain + loss, gain.all(0.0));
    N::less(none, sum, gain.all(100.0) * ((gain - loss) / sum), none)
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

impl Chain<1, 1> for Cmo {
    fn is_warm(&self) -> bool {
        self.0.is_warm()
    }

    #[inline(always)]
    fn next<N: Rows>(&mut self, level: N::Level, [x]: [N; 1]) -> Option<[N; 1]> {
        Some([balance(self.0.next(level, x)?)])
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
        Some(balance([gain?, loss?]))
    }

    fn bytes(&self) -> usize {
        self.gains.bytes() + self.losses.bytes()
    }
}
