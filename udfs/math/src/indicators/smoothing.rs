//! Exponential averages that begin with a simple mean, as TA-Lib's do: the mean of the first `n`
//! values, then e ← (1 − k)·e + k·x.
//!
//! Row by row each average would wait for the one before. Written out, e is (1 − k)⁸ times the average
//! of eight rows ago, and what the last eight rows have added, so eight rows wait for the eight before
//! at once. What two, four and eight rows add comes from what one, two and four do. The result of a
//! row does not depend on how rows come in pieces.

use super::rows::{Last, Rows};
use crate::rolling::LANES;

/// The rows whose additions are known, before those of twice as many are.
const STEPS: [usize; 3] = [1, 2, 4];

/// An exponential average.
#[derive(Debug, Clone)]
pub struct Smoothing {
    n: usize,
    /// What the sum of the first `n` values is divided by.
    divisor: f64,
    gain: f64,
    /// (1 − k)¹, (1 − k)², (1 − k)⁴, (1 − k)⁸.
    powers: [f64; STEPS.len() + 1],
    /// Rows so far, as long as they are less than those that it takes to be warm.
    rows: usize,
    /// The last eight averages; before the first one the last of them is the sum of the values.
    levels: Last,
    /// What the last one, two and four rows had added at each of the last eight rows.
    added: [Last; STEPS.len()],
}

impl Smoothing {
    /// Begun with `n ≥ 1` values, with the weight `gain` of a new one.
    pub fn new(n: usize, gain: f64) -> Self {
        let n = n.max(1);
        Self::with(n, n as f64, gain, 1.0 - gain)
    }

    /// Over a span of `n ≥ 1` rows: the weight of a new value is 2 / (n + 1).
    pub fn exponential(n: usize) -> Self {
        Self::new(n, 2.0 / (n as f64 + 1.0))
    }

    /// Wilder's over `n ≥ 1` rows: the weight of a new value is 1 / n.
    pub fn wilder(n: usize) -> Self {
        Self::new(n, 1.0 / n.max(1) as f64)
    }

    /// A sum that decays: begun with `n ≥ 1` values, of which each later row keeps so much.
    pub fn sum(n: usize, keep: f64) -> Self {
        Self::with(n.max(1), 1.0, 1.0, keep)
    }

    fn with(n: usize, divisor: f64, gain: f64, keep: f64) -> Self {
        let (two, four) = (keep * keep, (keep * keep) * (keep * keep));
        let powers = [keep, two, four, four * four];
        let (levels, added) = (Last::default(), [Last::default(); STEPS.len()]);
        Self { n, divisor, gain, powers, rows: 0, levels, added }
    }

    /// Whether it has eight averages, so that it can take eight rows at once.
    pub fn is_warm(&self) -> bool {
        self.rows == self.n + LANES
    }

    /// Takes the next rows: one, or eight once it is warm. The first n − 1 have no average.
    #[inline(always)]
    pub fn next<N: Rows>(&mut self, level: N::Level, x: N) -> Option<N> {
        if N::ROWS == 1 && self.rows < self.n {
            return self.begin(x);
        }
        let [keep, .., last] = self.powers;
        let mut added = x.all(self.gain) * x;
        let first = added;
        for (i, step) in STEPS.into_iter().enumerate() {
            let older = added.earlier(level, step, &self.added[i]);
            added.keep(&mut self.added[i]);
            added = older.times_plus(self.powers[i], added);
        }
        let mut levels = x.earlier(level, LANES, &self.levels).times_plus(last, added);
        if N::ROWS == 1 && !self.is_warm() {
            self.rows += 1;
            levels = x.earlier(level, 1, &self.levels).times_plus(keep, first);
        }
        levels.keep(&mut self.levels);
        Some(levels)
    }

    #[cold]
    fn begin<N: Rows>(&mut self, x: N) -> Option<N> {
        self.rows += 1;
        let [.., sum] = self.levels.0;
        let sum_now = x.all(sum) + x;
        let first = sum_now / x.all(self.divisor);
        let done = self.rows == self.n;
        (if done { first } else { sum_now }).keep(&mut self.levels);
        done.then_some(first)
    }
}
