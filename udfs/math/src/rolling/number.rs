//! One number, or several side by side.

use std::ops::{Add, Div, Mul, Sub};

use wide::f64x4;

/// What states are made of, so that the arithmetic of one row is that of several.
pub trait Number:
    Copy + From<f64> + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self>
{
    /// 1/n, and 0 of none.
    #[must_use]
    fn share(self) -> Self;

    /// `yes` where a < b, else `no`.
    #[must_use]
    fn less(a: Self, b: Self, yes: Self, no: Self) -> Self;
}

impl Number for f64 {
    #[inline]
    fn share(self) -> Self {
        if self == 0.0 { 0.0 } else { 1.0 / self }
    }

    #[inline]
    fn less(a: Self, b: Self, yes: Self, no: Self) -> Self {
        if a < b { yes } else { no }
    }
}

impl Number for f64x4 {
    #[inline]
    fn share(self) -> Self {
        self.simd_eq(Self::ZERO).bitselect(Self::ZERO, Self::ONE / self)
    }

    #[inline]
    fn less(a: Self, b: Self, yes: Self, no: Self) -> Self {
        a.simd_lt(b).bitselect(yes, no)
    }
}
