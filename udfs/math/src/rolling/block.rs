//! Eight rows of a column, in as many registers as they take.

use std::ops::{Add, Div, Mul, Sub};

use fearless_simd::Simd;

use super::history::LANES;
use super::number::{Lanes, Number};

/// The registers that eight rows take at most.
const MOST: usize = 4;

/// Some blocks of each of some columns.
pub type Rows<'a, const K: usize> = [&'a [[f64; LANES]]; K];

/// A block of each column.
#[inline(always)]
pub fn at<const K: usize>(x: Rows<'_, K>, block: usize) -> [&[f64; LANES]; K] {
    let mut blocks = [&[0.0; LANES]; K];
    for k in 0..K {
        blocks[k] = &x[k][block];
    }
    blocks
}

/// The rows of a block of each column.
#[inline(always)]
pub fn read<V: Simd, const C: usize>(simd: V, from: [&[f64; LANES]; C]) -> [Block<V>; C] {
    let mut columns = [Block::splat(simd, 0.0); C];
    for c in 0..C {
        columns[c] = Block::read(simd, from[c]);
    }
    columns
}

/// Eight rows; registers that they do not take are idle.
#[derive(Debug, Clone, Copy)]
pub struct Block<V: Simd>([Lanes<V>; MOST]);

impl<V: Simd> Block<V> {
    const TAKEN: usize = LANES / Lanes::<V>::COUNT;

    /// `x` in each row.
    #[inline(always)]
    pub fn splat(simd: V, x: f64) -> Self {
        Self([Lanes::splat(simd, x); MOST])
    }

    /// The rows of a column.
    #[inline(always)]
    pub fn read(simd: V, rows: &[f64; LANES]) -> Self {
        let mut block = Self::splat(simd, 0.0);
        for at in 0..Self::TAKEN {
            block.0[at] = Lanes::part(simd, rows, at);
        }
        block
    }

    /// Writes them to a column.
    #[inline(always)]
    pub fn write(self, rows: &mut [f64; LANES]) {
        for at in 0..Self::TAKEN {
            self.0[at].write_part(rows, at);
        }
    }

    /// The eight rows that end so many < 8 rows earlier: the first of them are from the block before.
    #[inline(always)]
    #[must_use]
    pub fn earlier(self, rows: usize, before: Self) -> Self {
        let (registers, rows) = (rows / Lanes::<V>::COUNT, rows % Lanes::<V>::COUNT);
        let mut block = self;
        for at in 0..Self::TAKEN {
            let newer = before.followed_by(self, Self::TAKEN + at - registers);
            block.0[at] = match rows {
                0 => newer,
                _ => before.followed_by(self, Self::TAKEN + at - registers - 1).then(newer, rows),
            };
        }
        block
    }

    /// The last row.
    #[inline(always)]
    pub fn last(self) -> f64 {
        self.0[Self::TAKEN - 1].last()
    }

    /// Nothing times each row of some columns, together: NaN where one of them is not finite. It waits for no
    /// other block.
    #[inline(always)]
    #[must_use]
    pub fn nothing<const K: usize>(columns: [Self; K]) -> Self {
        let mut nothing = columns[0].all(0.0);
        for k in 0..K {
            nothing = columns[k].times_plus(0.0, nothing);
        }
        nothing
    }

    /// Whether each row is 0.
    #[inline(always)]
    pub fn is_nothing(self) -> bool {
        let mut rows = [0.0; LANES];
        self.write(&mut rows);
        rows == [0.0; LANES]
    }

    /// A register of this block and the next one.
    #[inline(always)]
    fn followed_by(self, next: Self, at: usize) -> Lanes<V> {
        if at < Self::TAKEN { self.0[at] } else { next.0[at - Self::TAKEN] }
    }
}

impl<V: Simd> Number for Block<V> {
    #[inline(always)]
    fn all(self, x: f64) -> Self {
        Self([self.0[0].all(x); MOST])
    }

    #[inline(always)]
    fn share(mut self) -> Self {
        for at in 0..Self::TAKEN {
            self.0[at] = self.0[at].share();
        }
        self
    }

    #[inline(always)]
    fn root(mut self) -> Self {
        for at in 0..Self::TAKEN {
            self.0[at] = self.0[at].root();
        }
        self
    }

    #[inline(always)]
    fn times_plus(mut self, by: f64, plus: Self) -> Self {
        for at in 0..Self::TAKEN {
            self.0[at] = self.0[at].times_plus(by, plus.0[at]);
        }
        self
    }

    #[inline(always)]
    fn less(a: Self, b: Self, mut yes: Self, no: Self) -> Self {
        for at in 0..Self::TAKEN {
            yes.0[at] = Lanes::less(a.0[at], b.0[at], yes.0[at], no.0[at]);
        }
        yes
    }
}

macro_rules! operation {
    ($trait:ident, $method:ident) => {
        impl<V: Simd> $trait for Block<V> {
            type Output = Self;

            #[inline(always)]
            fn $method(mut self, other: Self) -> Self {
                for at in 0..Self::TAKEN {
                    self.0[at] = self.0[at].$method(other.0[at]);
                }
                self
            }
        }
    };
}

operation!(Add, add);
operation!(Sub, sub);
operation!(Mul, mul);
operation!(Div, div);
