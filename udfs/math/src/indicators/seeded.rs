//! Exponential averages that begin with a simple mean, as TA-Lib's do.

/// The mean of the first `n` values, then whatever the recursion makes of it.
#[derive(Debug, Clone)]
pub(super) struct Seeded {
    n: usize,
    seen: usize,
    /// The sum of the first values, then the average.
    level: f64,
}

impl Seeded {
    pub fn new(n: usize) -> Self {
        Self { n: n.max(1), seen: 0, level: 0.0 }
    }

    /// Takes the next value; `step` goes from the average before it to the one after it.
    pub fn update(&mut self, x: f64, step: impl FnOnce(f64) -> f64) -> Option<f64> {
        if self.seen == self.n {
            self.level = step(self.level);
            return Some(self.level);
        }
        self.seen += 1;
        self.level += x;
        if self.seen < self.n {
            return None;
        }
        self.level /= self.n as f64;
        Some(self.level)
    }
}
