//! The least or the greatest value, and how long ago it was.

use std::cmp::Ordering;

use super::frame::Statistic;

/// Which end of the order.
pub trait Side: Copy + Send + std::fmt::Debug {
    /// Whether the first one comes before the second one in the search.
    fn beats(a: f64, b: f64) -> bool;
}

/// The least value.
#[derive(Debug, Clone, Copy)]
pub struct Least;

/// The greatest value, NaN above all others.
#[derive(Debug, Clone, Copy)]
pub struct Greatest;

impl Side for Least {
    #[inline]
    fn beats(a: f64, b: f64) -> bool {
        compare(a, b) == Ordering::Less
    }
}

impl Side for Greatest {
    #[inline]
    fn beats(a: f64, b: f64) -> bool {
        compare(a, b) == Ordering::Greater
    }
}

/// Numbers by size, −0 and 0 alike, NaN last.
#[inline]
fn compare(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
}

/// The extreme of some rows; of equals the oldest.
#[derive(Debug, Clone, Copy)]
pub struct Extreme<D> {
    /// How many values.
    pub count: f64,
    /// The extreme; NaN if there is no value.
    pub value: f64,
    /// Rows since it, this one being 0.
    pub ago: f64,
    rows: f64,
    side: std::marker::PhantomData<D>,
}

impl<D: Side> Statistic for Extreme<D> {
    type Value = f64;

    fn empty() -> Self {
        let side = std::marker::PhantomData;
        Self { count: 0.0, value: f64::NAN, ago: 0.0, rows: 0.0, side }
    }

    fn count(&self) -> f64 {
        self.count
    }

    #[inline]
    fn push(self, value: f64, _: f64) -> Self {
        let one = Self { count: 1.0, value, ago: 0.0, rows: 1.0, side: self.side };
        self.merge(one)
    }

    #[inline]
    fn missing(self) -> Self {
        Self { ago: self.ago + 1.0, rows: self.rows + 1.0, ..self }
    }

    #[inline]
    fn merge(self, later: Self) -> Self {
        let (count, rows) = (self.count + later.count, self.rows + later.rows);
        let wins = self.count == 0.0 || (later.count > 0.0 && D::beats(later.value, self.value));
        match wins {
            true => Self { count, rows, ..later },
            false => Self { count, rows, ago: self.ago + later.rows, ..self },
        }
    }

    fn pivot(_: f64, before: f64) -> f64 {
        before
    }

    fn origin() -> f64 {
        0.0
    }
}
