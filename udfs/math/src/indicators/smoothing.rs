//! Exponential averages that begin with a simple mean, as TA-Lib's do: the mean of the first `n`
//! values, then e ← (1 − k)·e + k·x.
//!
//! Row by row each average would wait for the one before. Written out over eight rows, e is a power
//! of 1 − k times the average before the eight, and what the rows since have added; only the former
//! waits, once in eight rows. The result of a row does not depend on how rows come in pieces.

/// Rows that are written out.
pub const BLOCK: usize = 8;

/// An exponential average.
#[derive(Debug, Clone)]
pub struct Smoothing {
    n: usize,
    seen: usize,
    gain: f64,
    keep: f64,
    /// `keep`¹ … `keep`⁸.
    powers: [f64; BLOCK],
    /// The rows of the block so far.
    rows: usize,
    /// The average before the block; at first the sum of the first values.
    before: f64,
    /// What the rows of the block have added.
    added: f64,
}

impl Smoothing {
    /// Begun with `n ≥ 1` values, with the weight `gain` of a new one.
    pub fn new(n: usize, gain: f64) -> Self {
        let keep = 1.0 - gain;
        let mut power = 1.0;
        let powers = std::array::from_fn(|_| {
            power *= keep;
            power
        });
        Self { n: n.max(1), seen: 0, gain, keep, powers, rows: 0, before: 0.0, added: 0.0 }
    }

    /// Takes the next value.
    #[inline]
    pub fn update(&mut self, x: f64) -> Option<f64> {
        if self.seen < self.n {
            return self.begin(x);
        }
        self.added = self.keep * self.added + self.gain * x;
        let level = self.powers[self.rows] * self.before + self.added;
        self.rows += 1;
        if self.rows == BLOCK {
            (self.rows, self.before, self.added) = (0, level, 0.0);
        }
        Some(level)
    }

    #[cold]
    fn begin(&mut self, x: f64) -> Option<f64> {
        self.seen += 1;
        self.before += x;
        if self.seen < self.n {
            return None;
        }
        self.before /= self.n as f64;
        Some(self.before)
    }

    /// Whether the next row begins a block.
    pub fn is_between(&self) -> bool {
        self.seen == self.n && self.rows == 0
    }

    /// Takes the rows of a block.
    #[inline]
    pub fn block(&mut self, x: &[f64; BLOCK]) -> [f64; BLOCK] {
        let mut levels = [0.0; BLOCK];
        let mut added = 0.0;
        for i in 0..BLOCK {
            added = self.keep * added + self.gain * x[i];
            levels[i] = self.powers[i] * self.before + added;
        }
        self.before = levels[BLOCK - 1];
        levels
    }
}
