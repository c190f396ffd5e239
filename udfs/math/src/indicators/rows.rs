//! Consecutive rows of a column that are worked on at once: one (`f64`), or eight (`Block`), by the
//! same arithmetic, so that a row has the same bits whether it comes alone or among eight.

use fearless_simd::Simd;

use crate::rolling::{Block, LANES, Number};

/// The last eight rows, in a line of the cache.
#[derive(Debug, Clone, Copy, Default)]
#[repr(align(64))]
pub struct Last(pub [f64; LANES]);

/// One row, or eight.
pub trait Rows: Number {
    /// How many.
    const ROWS: usize;
    /// What instructions they are worked on with.
    type Level: Copy;

    /// The rows that come so many ≤ 8 rows earlier; those before these are the end of `last`.
    #[must_use]
    fn earlier(self, level: Self::Level, rows: usize, last: &Last) -> Self;

    /// The rows that come one earlier; before the first of these is `before`.
    #[must_use]
    fn after(self, level: Self::Level, before: f64) -> Self;

    /// The last row.
    fn last(self) -> f64;

    /// Makes them the end of the last eight rows.
    fn keep(self, last: &mut Last);
}

impl Rows for f64 {
    const ROWS: usize = 1;
    type Level = ();

    #[inline(always)]
    fn earlier(self, (): (), rows: usize, last: &Last) -> Self {
        last.0[LANES - rows]
    }

    #[inline(always)]
    fn after(self, (): (), before: Self) -> Self {
        before
    }

    #[inline(always)]
    fn last(self) -> Self {
        self
    }

    #[inline(always)]
    fn keep(self, last: &mut Last) {
        last.0.copy_within(1.., 0);
        last.0[LANES - 1] = self;
    }
}

impl<V: Simd> Rows for Block<V> {
    const ROWS: usize = LANES;
    type Level = V;

    #[inline(always)]
    fn earlier(self, simd: V, rows: usize, last: &Last) -> Self {
        let last = Self::read(simd, &last.0);
        if rows == LANES { last } else { Block::earlier(self, rows, last) }
    }

    #[inline(always)]
    fn after(self, simd: V, before: f64) -> Self {
        Block::earlier(self, 1, Self::splat(simd, before))
    }

    #[inline(always)]
    fn last(self) -> f64 {
        Block::last(self)
    }

    #[inline(always)]
    fn keep(self, last: &mut Last) {
        self.write(&mut last.0);
    }
}

/// The value of the row before.
#[derive(Debug, Clone, Default)]
pub struct Before(Option<f64>);

impl Before {
    /// Takes the next rows; gives those that come one earlier, of which the first row has none.
    #[inline(always)]
    pub fn next<N: Rows>(&mut self, level: N::Level, x: N) -> Option<N> {
        let before = self.0.replace(x.last())?;
        Some(x.after(level, before))
    }
}

/// Rows that are let pass before something begins.
#[derive(Debug, Clone)]
pub struct Wait(pub usize);

impl Wait {
    /// Counts the next row; whether as many have passed before it. Eight rows come only after them.
    #[inline(always)]
    pub fn is_over<N: Rows>(&mut self) -> bool {
        if N::ROWS > 1 || self.0 == 0 {
            return true;
        }
        self.0 -= 1;
        false
    }

    /// Counts the next rows, of which these outputs are; gives how many of them pass before, and writes
    /// NaN for them.
    pub fn over(&mut self, out: &mut [f64]) -> usize {
        let passing = self.pass(out.len());
        out[..passing].fill(f64::NAN);
        passing
    }

    /// Counts the next rows; gives how many of them pass before.
    pub fn pass(&mut self, rows: usize) -> usize {
        let passing = self.0.min(rows);
        self.0 -= passing;
        passing
    }
}
