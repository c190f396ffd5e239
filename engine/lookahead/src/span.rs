//! Lengths of time as SQL writes them: months, which have no fixed length, beside microseconds.

use std::fmt;
use std::ops::{Add, Neg, Sub};

const DAY: i128 = 86_400_000_000;

/// A signed length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Span {
    pub months: i64,
    pub micros: i64,
}

impl Span {
    pub const ZERO: Self = Self { months: 0, micros: 0 };

    pub fn months(months: i64) -> Self {
        Self { months, micros: 0 }
    }

    pub fn micros(micros: i64) -> Self {
        Self { months: 0, micros }
    }

    pub fn days(days: i64) -> Self {
        Self::micros(days.saturating_mul(DAY as i64))
    }

    /// The most microseconds it can be.
    pub fn longest(self) -> i128 {
        let days = if self.months > 0 { 31 } else { 28 };
        i128::from(self.months) * days * DAY + i128::from(self.micros)
    }

    /// Whether what is a multiple of it is one of `unit`, too; months are whole days.
    pub fn is_multiple_of(self, unit: Self) -> bool {
        let divides = |whole: i128, part: i128| part > 0 && whole % part == 0;
        match (self.months, self.micros, unit.months, unit.micros) {
            _ if self == unit => true,
            (0, whole, 0, part) => divides(whole.into(), part.into()),
            (_, 0, 0, part) => divides(DAY, part.into()),
            (whole, 0, part, 0) => divides(whole.into(), part.into()),
            _ => false,
        }
    }

    pub fn is_positive(self) -> bool {
        self.longest() > 0
    }

    pub fn min(self, other: Self) -> Self {
        if other.longest() < self.longest() { other } else { self }
    }

    pub fn max(self, other: Self) -> Self {
        if other.longest() > self.longest() { other } else { self }
    }
}

impl Add for Span {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            months: self.months.saturating_add(other.months),
            micros: self.micros.saturating_add(other.micros),
        }
    }
}

impl Neg for Span {
    type Output = Self;

    fn neg(self) -> Self {
        Self { months: self.months.saturating_neg(), micros: self.micros.saturating_neg() }
    }
}

impl Sub for Span {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = vec![];
        let mut part = |count: i64, unit: &str| {
            if count != 0 {
                parts.push(format!("{count} {unit}{}", if count.abs() == 1 { "" } else { "s" }));
            }
        };
        part(self.months, "month");
        let mut left = self.micros;
        for (unit, name) in [(DAY as i64, "day"), (3_600_000_000, "hour"), (60_000_000, "minute")] {
            part(left / unit, name);
            left %= unit;
        }
        if left % 1_000_000 == 0 {
            part(left / 1_000_000, "second");
        } else {
            part(left, "microsecond");
        }
        f.write_str(if parts.is_empty() { "no time" } else { "" })?;
        f.write_str(&parts.join(" "))
    }
}
