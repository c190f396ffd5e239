//! Vortex indicator: movement up and down as shares of the true range.
//!
//! Botes & Siepman (2010), The Vortex Indicator, Stocks & Commodities 28(1): +VI = Σ |high − low
//! before| / Σ true range, −VI = Σ |low − high before| / Σ true range.

use super::chunk;
use super::rows::Wait;
use super::true_range::largest;
use crate::kernel::Kernel;
use crate::lagged::{Lagged, OfRows};
use crate::rolling::{Number, Reduction, Sums, windows};

/// +VI and −VI over the last `n` changes, around 1; `n` rows of warm-up; 0 without range.
pub struct Vortex {
    n: usize,
    movements: Lagged<Movements, 3, 3>,
    /// There is none in the first row.
    wait: Wait,
    shares: Box<dyn Kernel>,
}

/// Up and down, and the true range, of high, low and close.
struct Movements;

impl OfRows<3, 3> for Movements {
    #[inline(always)]
    fn of<N: Number>(&self, bar: [N; 3], before: [N; 3]) -> [N; 3] {
        let ([high, low, _], [high_before, low_before, close_before]) = (bar, before);
        let range = largest([high, low], close_before);
        [(high - low_before).magnitude(), (low - high_before).magnitude(), range]
    }
}

/// Of sums of movements.
struct Shares;

impl Reduction<3, 3, 2> for Shares {
    type Join = Sums;
    const INPUTS: Option<[usize; 3]> = Some([0, 1, 2]);

    #[inline(always)]
    fn told<N: Number>(&self, [plus, minus, range]: [N; 3], _: [N; 3]) -> [N; 2] {
        let none = range.all(0.0);
        [plus, minus].map(|sum| N::less(none, range, sum / range, none))
    }
}

impl Vortex {
    /// Over `n ≥ 1` changes.
    pub fn new(n: usize) -> Self {
        let movements = Lagged::new(1, Movements);
        Self { n, movements, wait: Wait(1), shares: windows(n, Shares) }
    }
}

impl Kernel for Vortex {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        let Self { n, movements, wait, shares } = self;
        let most = chunk::rows(*n);
        let mut moved = [(); 3].map(|()| chunk::scratch(most, inputs));
        chunk::each(most, inputs, outputs, |bars: [&[f64]; 3], [plus, minus]| {
            let rows = plus.len();
            movements.push(&bars, &mut moved.each_mut().map(|moved| &mut moved[..rows]));
            let begin = wait.over(plus);
            minus[..begin].fill(f64::NAN);
            let moved = moved.each_ref().map(|moved| &moved[begin..rows]);
            shares.push(&moved, &mut [&mut plus[begin..], &mut minus[begin..]]);
        });
    }

    fn size(&self) -> usize {
        self.movements.size() + self.shares.size()
    }
}
