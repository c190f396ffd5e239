//! The least or the greatest value, and how long ago it was.

use super::columnar::{Columnar, Parts};
use super::frame::Statistic;
use super::number::Number;

/// Which end of the order.
pub trait Side: Copy + Send + std::fmt::Debug {
    /// Whether the first one comes before the second one in the search; NaN is above all others.
    fn beats(a: f64, b: f64) -> bool;

    /// `yes` where a comes before b, which are numbers, else `no`.
    fn first<N: Number>(a: N, b: N, yes: N, no: N) -> N;
}

/// The least value.
#[derive(Debug, Clone, Copy)]
pub struct Least;

/// The greatest value.
#[derive(Debug, Clone, Copy)]
pub struct Greatest;

impl Side for Least {
    #[inline]
    fn beats(a: f64, b: f64) -> bool {
        (a < b) | (b.is_nan() & !a.is_nan())
    }

    #[inline(always)]
    fn first<N: Number>(a: N, b: N, yes: N, no: N) -> N {
        N::less(a, b, yes, no)
    }
}

impl Side for Greatest {
    #[inline]
    fn beats(a: f64, b: f64) -> bool {
        (a > b) | (a.is_nan() & !b.is_nan())
    }

    #[inline(always)]
    fn first<N: Number>(a: N, b: N, yes: N, no: N) -> N {
        N::less(b, a, yes, no)
    }
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
        // No branch, so that states are merged side by side.
        let wins = (self.count == 0.0) | ((later.count > 0.0) & D::beats(later.value, self.value));
        let value = if wins { later.value } else { self.value };
        let ago = if wins { later.ago } else { self.ago + later.rows };
        Self { count, value, ago, rows, side: self.side }
    }

    fn pivot(_: f64, before: f64) -> f64 {
        before
    }

    fn origin() -> f64 {
        0.0
    }
}

impl<D: Side> Columnar<1, 2> for Extreme<D> {
    const EMPTY: [f64; 2] = [f64::NAN, 0.0];

    #[inline(always)]
    fn row<N: Number>([x]: [N; 1]) -> [N; 2] {
        [x, x.all(0.0)]
    }

    #[inline(always)]
    fn merge_columns<N: Number>(a: [N; 2], b: [N; 2], parts: Parts<N, 1>) -> [N; 2] {
        [D::first(b[0], a[0], b[0], a[0]), D::first(b[0], a[0], b[1], a[1] + parts.rows[1])]
    }

    #[inline]
    fn of([value, ago]: [f64; 2], count: f64) -> Self {
        Self { count, value, ago, rows: count, side: std::marker::PhantomData }
    }
}
