//! Exponential averages that begin with a simple mean, as TA-Lib's do: the mean of the first `n`
//! values, then e ← (1 − k)·e + k·x.
//!
//! Row by row each average would wait for the one before. Written out, e is (1 − k)⁸ times the average
//! of eight rows ago, and what the last eight rows have added, so eight rows wait for the eight before
//! at once. What two, four and eight rows add comes from what one, two and four do. The result of a
//! row does not depend on how rows come in pieces.

use fearless_simd::Simd;

use crate::rolling::{Block, LANES};

/// The rows whose additions are known, before those of twice as many are.
const STEPS: [usize; 3] = [1, 2, 4];

/// An exponential average.
#[derive(Debug, Clone)]
pub struct Smoothing {
    n: usize,
    seen: usize,
    gain: f64,
    /// (1 − k)¹, (1 − k)², (1 − k)⁴, (1 − k)⁸.
    powers: [f64; STEPS.len() + 1],
    /// Averages so far, but the first.
    rows: usize,
    /// The first average; before it the sum of the values.
    first: f64,
    /// The last eight averages, each in the place of its row mod 8.
    levels: [f64; LANES],
    /// Likewise what the last one, two and four rows had added.
    added: [[f64; LANES]; STEPS.len()],
}

impl Smoothing {
    /// Begun with `n ≥ 1` values, with the weight `gain` of a new one.
    pub fn new(n: usize, gain: f64) -> Self {
        let one = 1.0 - gain;
        let (two, four) = (one * one, (one * one) * (one * one));
        let powers = [one, two, four, four * four];
        let (levels, added) = ([0.0; LANES], [[0.0; LANES]; STEPS.len()]);
        Self { n: n.max(1), seen: 0, gain, powers, rows: 0, first: 0.0, levels, added }
    }

    /// Takes the next value.
    #[inline]
    pub fn update(&mut self, x: f64) -> Option<f64> {
        if self.seen < self.n {
            return self.begin(x);
        }
        let row = self.rows % LANES;
        let [keep, .., last] = self.powers;
        let mut added = self.gain * x;
        let next = match self.rows {
            0 => Some(keep * self.first + added),
            1..LANES => Some(keep * self.levels[row - 1] + added),
            _ => None,
        };
        for (i, step) in STEPS.into_iter().enumerate() {
            self.added[i][row] = added;
            added += self.powers[i] * self.added[i][(row + LANES - step) % LANES];
        }
        let level = next.unwrap_or(last * self.levels[row] + added);
        self.levels[row] = level;
        self.rows += 1;
        Some(level)
    }

    #[cold]
    fn begin(&mut self, x: f64) -> Option<f64> {
        self.seen += 1;
        self.first += x;
        if self.seen < self.n {
            return None;
        }
        self.first /= self.n as f64;
        Some(self.first)
    }

    /// Whether the next row begins a block.
    pub fn is_between(&self) -> bool {
        self.rows >= LANES && self.rows.is_multiple_of(LANES)
    }

    /// Takes the rows of a block; gives what [`Self::update`] would.
    #[inline(always)]
    pub fn block<V: Simd>(&mut self, simd: V, x: Block<V>) -> Block<V> {
        let mut added = Block::splat(simd, self.gain) * x;
        for (i, step) in STEPS.into_iter().enumerate() {
            let older = added.earlier(step, Block::read(simd, &self.added[i]));
            added.write(&mut self.added[i]);
            added = added + Block::splat(simd, self.powers[i]) * older;
        }
        let last = Block::splat(simd, self.powers[STEPS.len()]);
        let levels = last * Block::read(simd, &self.levels) + added;
        levels.write(&mut self.levels);
        levels
    }
}
