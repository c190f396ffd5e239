//! Directional movement after Wilder: how far a bar reaches beyond the one before, up and down.
//!
//! Wilder (1978), New Concepts in Technical Trading Systems, section IV. With up = high − the high
//! before and down = the low before − low, +DM is `up` where up > down and up > 0, −DM is `down`
//! where down > up and down > 0, else 0. Over `n` rows they and the true range are sums that decay:
//! the first is over n − 1 changes, each later one is S − S/n + the new value.

use super::filter::each_row;
use super::true_range::TrueRange;
use crate::kernel::Kernel;

/// Which of the two movements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Up.
    Plus,
    /// Down.
    Minus,
}

/// Movements and true range, decaying sums over some rows.
#[derive(Debug, Clone, Copy, Default)]
pub struct Movement {
    /// +DM, in the unit of the price.
    pub plus: f64,
    /// −DM, in the unit of the price.
    pub minus: f64,
    /// True range, in the unit of the price.
    pub range: f64,
}

impl Movement {
    /// The movement of one side.
    pub fn of(self, side: Side) -> f64 {
        match side {
            Side::Plus => self.plus,
            Side::Minus => self.minus,
        }
    }

    /// The directional index of a side, 0 … 100: its share of the true range; 0 without range.
    pub fn index(self, side: Side) -> f64 {
        if self.range > 0.0 { 100.0 * (self.of(side) / self.range) } else { 0.0 }
    }

    /// How one-sided the movement is, 0 … 100; none where nothing moved.
    pub fn dx(self) -> Option<f64> {
        let (plus, minus) = (self.index(Side::Plus), self.index(Side::Minus));
        let sum = plus + minus;
        // TA-Lib's band for a sum of indices that is as good as nothing.
        (sum >= 1e-14).then(|| 100.0 * ((minus - plus).abs() / sum))
    }
}

/// The state behind every indicator of directional movement.
#[derive(Debug, Clone)]
pub struct DirectionalMovement {
    n: usize,
    extremes: Option<[f64; 2]>,
    range: TrueRange,
    changes: usize,
    sums: Movement,
}

impl DirectionalMovement {
    /// Decaying sums over `n ≥ 1` rows; with 1 they are the latest values.
    pub fn new(n: usize) -> Self {
        Self { n, extremes: None, range: TrueRange::new(), changes: 0, sums: Movement::default() }
    }

    /// How many changes were seen.
    pub fn changes(&self) -> usize {
        self.changes
    }

    /// Takes the next bar; gives the sums from the (n − 1)-th change on.
    pub fn update(&mut self, high: f64, low: f64, close: f64) -> Option<Movement> {
        let range = self.range.update(high, low, close);
        let [high_before, low_before] = self.extremes.replace([high, low])?;
        let (up, down) = (high - high_before, low_before - low);
        let now = Movement {
            plus: if up > down && up > 0.0 { up } else { 0.0 },
            minus: if down > up && down > 0.0 { down } else { 0.0 },
            range: range?,
        };
        let keep = if self.changes + 1 < self.n { 1.0 } else { 1.0 - 1.0 / self.n as f64 };
        self.changes += 1;
        self.sums = Movement {
            plus: self.sums.plus * keep + now.plus,
            minus: self.sums.minus * keep + now.minus,
            range: self.sums.range * keep + now.range,
        };
        (self.changes + 1 >= self.n).then_some(self.sums)
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

impl Kernel for Dm {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[high, low]| {
            // The close enters the true range only, which is not used.
            self.state.update(high, low, low).map(|sums| [sums.of(self.side)])
        });
    }
}

/// +DI or −DI over `n` rows; `n` rows of warm-up.
#[derive(Debug, Clone)]
pub struct Di {
    state: DirectionalMovement,
    side: Side,
}

impl Di {
    /// The index of a side over `n ≥ 1` rows.
    pub fn new(side: Side, n: usize) -> Self {
        Self { state: DirectionalMovement::new(n), side }
    }
}

impl Kernel for Di {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[high, low, close]| {
            let sums = self.state.update(high, low, close);
            // TA-Lib gives a share, not a percentage, where there is no smoothing.
            let scale = if self.state.n == 1 { 0.01 } else { 1.0 };
            let warm = self.state.changes >= self.state.n;
            sums.filter(|_| warm).map(|sums| [scale * sums.index(self.side)])
        });
    }
}
