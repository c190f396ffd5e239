//! Chande momentum oscillator: 100 · (gains − losses) / (gains + losses).
//!
//! Chande & Kroll (1994), The New Technical Trader. TA-Lib has it twice: with Wilder's averages of
//! gains and losses as in the RSI, and with Chande's plain sums.

use super::chain::Chain;
use super::chunk;
use super::gains::Gains;
use super::roc::mom;
use super::rows::{Rows, Wait};
use crate::kernel::Kernel;
use crate::rolling::{Number, Reduction, Sums, windows};

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
pub struct Cmou {
    n: usize,
    changes: Box<dyn Kernel>,
    /// There is none in the first row.
    wait: Wait,
    balances: Box<dyn Kernel>,
}

/// Of gains and losses.
struct Balance;

impl Reduction<1, 2, 1> for Balance {
    type Join = Sums;

    #[inline(always)]
    fn row<N: Number>(&self, [change]: [N; 1]) -> [N; 2] {
        let none = change.all(0.0);
        [change.greater(none), (none - change).greater(none)]
    }

    #[inline(always)]
    fn told<N: Number>(&self, sums: [N; 2], _: [N; 1]) -> [N; 1] {
        [balance(sums)]
    }
}

impl Cmou {
    /// An oscillator over `n ≥ 2` changes.
    pub fn new(n: usize) -> Self {
        Self { n, changes: Box::new(mom(1)), wait: Wait(1), balances: windows(n, Balance) }
    }
}

impl Kernel for Cmou {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        let Self { n, changes, wait, balances } = self;
        let most = chunk::rows(*n);
        let mut room = chunk::scratch(most, inputs);
        chunk::each(most, inputs, outputs, |x: [&[f64]; 1], [out]| {
            let room = &mut room[..out.len()];
            changes.push(&x, &mut [room]);
            let begin = wait.over(out);
            balances.push(&[&room[begin..]], &mut [&mut out[begin..]]);
        });
    }

    fn size(&self) -> usize {
        self.changes.size() + self.balances.size()
    }
}
