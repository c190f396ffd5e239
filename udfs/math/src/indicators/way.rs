//! The way that a series has gone: the sum of its changes, up or down. Kaufman (1995), Smarter Trading.

use super::chunk;
use super::stage::Stage;
use crate::rolling::{LANES, sum};

/// The ways over the last `n` rows.
pub struct Way {
    n: usize,
    before: f64,
    changes: Vec<f64>,
    gone: Stage,
}

impl Way {
    /// Over `n ≥ 1` changes.
    pub fn new(n: usize) -> Self {
        Self { n, before: f64::NAN, changes: vec![], gone: Stage::new(sum(n, n)) }
    }

    /// Rows to take at once.
    pub fn rows(&self) -> usize {
        chunk::rows(self.n)
    }

    /// Takes the next values; gives Σ |changes|. The first `n` rows have none.
    pub fn next(&mut self, x: &[f64]) -> &[f64] {
        self.changes.resize(x.len(), 0.0);
        // By whole blocks but for the first one: they are read so.
        let begin = x.len().min(LANES);
        let mut before = self.before;
        for (change, x) in self.changes[..begin].iter_mut().zip(x) {
            *change = (x - before).abs();
            before = *x;
        }
        let later = [&x[begin..], &x[begin.saturating_sub(1)..]];
        chunk::map(later, &mut self.changes[begin..], |[x, before]| (x - before).abs());
        self.before = x.last().copied().unwrap_or(self.before);
        let [gone] = self.gone.next(&[&self.changes]);
        gone
    }

    /// Bytes held between calls, beside itself.
    pub fn size(&self) -> usize {
        self.changes.capacity() * size_of::<f64>() + self.gone.size()
    }
}
