//! Directional movement after Wilder: how far a bar reaches beyond the one before, up and down.
//!
//! Wilder (1978), New Concepts in Technical Trading Systems, section IV. With up = high − the high
//! before and down = the low before − low, +DM is `up` where up > down and up > 0, −DM is `down`
//! where down > up and down > 0, else 0. Over `n` rows they and the true range are sums that decay:
//! the first is over n − 1 changes, each later one is S − S/n + the new value.

use super::chain::{self, Chain};
use super::rows::{Before, Rows, Wait};
use super::smoothing::Smoothing;
use super::true_range::TrueRange;
use crate::kernel::Kernel;
use crate::rolling::Number;

/// Which of the two movements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Up.
    Plus,
    /// Down.
    Minus,
}

/// Movements and true range, decaying sums over some rows.
#[derive(Debug, Clone, Copy)]
pub struct Movement<N> {
    /// +DM, in the unit of the price.
    pub plus: N,
    /// −DM, in the unit of the price.
    pub minus: N,
    /// True range, in the unit of the price.
    pub range: N,
}

impl<N: Number> Movement<N> {
    /// The movement of one side.
    #[inline(always)]
    pub fn of(self, side: Side) -> N {
        match side {
            Side::Plus => self.plus,
            Side::Minus => self.minus,
        }
    }

    /// The directional index of a side, 0 … 100: its share of the true range; 0 without range.
    #[inline(always)]
    pub fn index(self, side: Side) -> N {
        let none = self.range.all(0.0);
        let index = none.all(100.0) * (self.of(side) / self.range);
        N::less(none, self.range, index, none)
    }

    /// How one-sided the movement is, 0 … 100; NaN where nothing moved.
    #[inline(always)]
    pub fn dx(self) -> N {
        let (plus, minus) = (self.index(Side::Plus), self.index(Side::Minus));
        let sum = plus + minus;
        let dx = sum.all(100.0) * ((minus - plus).magnitude() / sum);
        // TA-Lib's band for a sum of indices that is as good as nothing.
        N::less(sum, sum.all(1e-14), sum.all(f64::NAN), dx)
    }
}

/// The state behind every indicator of directional movement.
#[derive(Debug, Clone)]
pub struct DirectionalMovement {
    high: Before,
    low: Before,
    range: TrueRange,
    sums: [Smoothing; 3],
    /// The change whose sums are too early for an index.
    early: Wait,
}

impl DirectionalMovement {
    /// Decaying sums over `n ≥ 1` rows; with 1 they are the latest values.
    pub fn new(n: usize) -> Self {
        let (first, keep) = (n.max(2) - 1, 1.0 - 1.0 / n.max(1) as f64);
        Self {
            high: Before::default(),
            low: Before::default(),
            range: TrueRange::new(),
            sums: std::array::from_fn(|_| Smoothing::sum(first, keep)),
            early: Wait(usize::from(n > 1)),
        }
    }

    /// Whether it can take eight rows at once.
    pub fn is_warm(&self) -> bool {
        self.sums.iter().all(Smoothing::is_warm)
    }

    /// Takes the next bars; gives the sums from the (n − 1)-th change on.
    #[inline(always)]
    pub fn next<N: Rows>(&mut self, level: N::Level, bar: [N; 3]) -> Option<Movement<N>> {
        let [high, low, _] = bar;
        let (high_before, low_before) = (self.high.next(level, high), self.low.next(level, low));
        let range = self.range.next(level, bar)?;
        let (up, down, none) = (high - high_before?, low_before? - low, high.all(0.0));
        let plus = N::less(down, up, none.greater(up), none);
        let minus = N::less(up, down, none.greater(down), none);
        let [sum_of_plus, sum_of_minus, sum_of_range] = &mut self.sums;
        let (plus, minus) = (sum_of_plus.next(level, plus), sum_of_minus.next(level, minus));
        let range = sum_of_range.next(level, range)?;
        Some(Movement { plus: plus?, minus: minus?, range })
    }

    /// The same from the `n`-th change on, where indices begin.
    #[inline(always)]
    pub fn later<N: Rows>(&mut self, level: N::Level, bar: [N; 3]) -> Option<Movement<N>> {
        let sums = self.next(level, bar)?;
        self.early.is_over::<N>().then_some(sums)
    }
}

/// +DM or −DM over `n` rows, in the unit of the price; `n − 1` rows of warm-up (with n = 1, one).
#[derive(Debug, Clone)]
pub struct Dm {
    state: DirectionalMovement,
    side: Side,
}

impl Dm {
    /// The movement of a side over `n ≥ 1` rows.
    pub fn new(side: Side, n: usize) -> Self {
        Self { state: DirectionalMovement::new(n), side }
    }
}

impl Chain<2, 1> for Dm {
    fn is_warm(&self) -> bool {
        self.state.is_warm()
    }

    #[inline(always)]
    fn next<N: Rows>(&mut self, level: N::Level, [high, low]: [N; 2]) -> Option<[N; 1]> {
        // The close enters the true range only, which is not used.
        Some([self.state.next(level, [high, low, low])?.of(self.side)])
    }
}

impl Kernel for Dm {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        chain::push(self, inputs, outputs);
    }
}

/// +DI or −DI over `n` rows; `n` rows of warm-up.
#[derive(Debug, Clone)]
pub struct Di {
    state: DirectionalMovement,
    side: Side,
    scale: f64,
}

impl Di {
    /// The index of a side over `n ≥ 1` rows.
    pub fn new(side: Side, n: usize) -> Self {
        // TA-Lib gives a share, not a percentage, where there is no smoothing.
        let scale = if n == 1 { 0.01 } else { 1.0 };
        Self { state: DirectionalMovement::new(n), side, scale }
    }
}

impl Chain<3, 1> for Di {
    fn is_warm(&self) -> bool {
        self.state.is_warm()
    }

    #[inline(always)]
    fn next<N: Rows>(&mut self, level: N::Level, bar: [N; 3]) -> Option<[N; 1]> {
        let index = self.state.later(level, bar)?.index(self.side);
        Some([index.all(self.scale) * index])
    }
}

impl Kernel for Di {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        chain::push(self, inputs, outputs);
    }
}
