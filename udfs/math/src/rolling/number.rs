//! One number, or as many side by side as the processor takes.

use std::ops::{Add, Div, Mul, Sub};

use fearless_simd::prelude::*;

/// What states are made of, so that the arithmetic of one row is that of several.
pub trait Number:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self>
{
    /// `x`, in each place of `self`.
    #[must_use]
    fn all(self, x: f64) -> Self;

    /// 1/n, and 0 of none.
    #[must_use]
    fn share(self) -> Self;

    /// The square root.
    #[must_use]
    fn root(self) -> Self;

    /// `self` · `by` + `plus`, rounded once: the same bits everywhere, though slowly where a processor has
    /// no instruction for it.
    #[must_use]
    fn times_plus(self, by: f64, plus: Self) -> Self;

    /// `yes` where a < b, else `no`.
    #[must_use]
    fn less(a: Self, b: Self, yes: Self, no: Self) -> Self;

    /// The greater one of two numbers.
    #[must_use]
    #[inline(always)]
    fn greater(self, other: Self) -> Self {
        Self::less(self, other, other, self)
    }

    /// The lesser one of two numbers.
    #[must_use]
    #[inline(always)]
    fn lesser(self, other: Self) -> Self {
        Self::less(other, self, other, self)
    }

    /// The middle of two numbers, which may be large.
    #[must_use]
    #[inline(always)]
    fn middle(self, other: Self) -> Self {
        let half = self.all(0.5);
        self * half + other * half
    }

    /// `self`, a quotient, but `instead` where what it is divided by is 0.
    #[must_use]
    #[inline(always)]
    fn unless_zero(self, divisor: Self, instead: f64) -> Self {
        // Nothing but 0 is below the least number above it.
        let least = self.all(f64::from_bits(1));
        Self::less(divisor.magnitude(), least, self.all(instead), self)
    }

    /// Without the sign.
    #[must_use]
    #[inline(always)]
    fn magnitude(self) -> Self {
        self.greater(self.all(0.0) - self)
    }
}

impl Number for f64 {
    #[inline(always)]
    fn all(self, x: f64) -> Self {
        x
    }

    #[inline(always)]
    fn share(self) -> Self {
        if self == 0.0 { 0.0 } else { 1.0 / self }
    }

    #[inline(always)]
    fn root(self) -> Self {
        self.sqrt()
    }

    #[inline(always)]
    fn times_plus(self, by: f64, plus: Self) -> Self {
        self.mul_add(by, plus)
    }

    #[inline(always)]
    fn less(a: Self, b: Self, yes: Self, no: Self) -> Self {
        if a < b { yes } else { no }
    }
}

/// Numbers side by side. Each is what it would be alone: nothing is fused but where it is everywhere.
#[derive(Debug, Clone, Copy)]
pub struct Lanes<V: Simd> {
    simd: V,
    values: V::f64s,
}

impl<V: Simd> Lanes<V> {
    /// How many.
    pub const COUNT: usize = V::f64s::LEN;

    /// The numbers of a slice of as many.
    #[inline(always)]
    pub fn read(simd: V, x: &[f64]) -> Self {
        Self { simd, values: V::f64s::from_slice(simd, x) }
    }

    /// The numbers of a part of a block.
    #[inline(always)]
    pub fn part<const ROWS: usize>(simd: V, block: &[f64; ROWS], part: usize) -> Self {
        Self::read(simd, &block[part * Self::COUNT..(part + 1) * Self::COUNT])
    }

    /// Writes them to a part of a block.
    #[inline(always)]
    pub fn write_part<const ROWS: usize>(self, block: &mut [f64; ROWS], part: usize) {
        self.write(&mut block[part * Self::COUNT..(part + 1) * Self::COUNT]);
    }

    /// Writes them to a slice of as many.
    #[inline(always)]
    pub fn write(self, out: &mut [f64]) {
        self.values.store_slice(out);
    }

    /// `x` in each place.
    #[inline(always)]
    pub fn splat(simd: V, x: f64) -> Self {
        Self { simd, values: V::f64s::splat(simd, x) }
    }

    /// They, as the processor has them.
    #[inline(always)]
    pub(super) fn values(self) -> V::f64s {
        self.values
    }

    /// Others.
    #[inline(always)]
    pub(super) fn with(self, values: V::f64s) -> Self {
        Self { values, ..self }
    }

    /// The last one.
    #[inline(always)]
    pub fn last(self) -> f64 {
        self.values.as_slice()[Self::COUNT - 1]
    }

    /// The numbers that end so many before the last one of `next`, which follow on these.
    #[inline(always)]
    #[must_use]
    pub fn then(self, next: Self, before: usize) -> Self {
        let (a, b) = (self.values, next.values);
        let values = match Self::COUNT - before {
            1 => a.slide::<1>(b),
            2 => a.slide::<2>(b),
            3 => a.slide::<3>(b),
            4 => a.slide::<4>(b),
            5 => a.slide::<5>(b),
            6 => a.slide::<6>(b),
            7 => a.slide::<7>(b),
            _ => b,
        };
        Self { values, ..self }
    }

    /// `yes` where a ≤ b, else `no`.
    #[inline(always)]
    pub fn not_more(a: Self, b: Self, yes: Self, no: Self) -> Self {
        Self { values: a.values.simd_le(b.values).select(yes.values, no.values), ..a }
    }

    /// `yes` where `self` is nothing, else `no`.
    #[inline(always)]
    #[must_use]
    pub fn if_none(self, yes: Self, no: Self) -> Self {
        let none = self.values.simd_eq(V::f64s::splat(self.simd, 0.0));
        Self { values: none.select(yes.values, no.values), ..self }
    }
}

impl<V: Simd> Number for Lanes<V> {
    #[inline(always)]
    fn all(self, x: f64) -> Self {
        Self::splat(self.simd, x)
    }

    #[inline(always)]
    fn share(self) -> Self {
        self.if_none(self.all(0.0), self.all(1.0) / self)
    }

    #[inline(always)]
    fn root(self) -> Self {
        Self { values: self.values.sqrt(), ..self }
    }

    #[inline(always)]
    fn times_plus(self, by: f64, plus: Self) -> Self {
        Self { values: self.values.mul_add_precise(self.all(by).values, plus.values), ..self }
    }

    #[inline(always)]
    fn less(a: Self, b: Self, yes: Self, no: Self) -> Self {
        Self { values: a.values.simd_lt(b.values).select(yes.values, no.values), ..a }
    }
}

macro_rules! operation {
    ($trait:ident, $method:ident) => {
        impl<V: Simd> $trait for Lanes<V> {
            type Output = Self;

            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self { values: self.values.$method(other.values), ..self }
            }
        }
    };
}

operation!(Add, add);
operation!(Sub, sub);
operation!(Mul, mul);
operation!(Div, div);

impl<V: Simd> Mul<f64> for Lanes<V> {
    type Output = Self;

    #[inline(always)]
    fn mul(self, by: f64) -> Self {
        self * self.all(by)
    }
}
