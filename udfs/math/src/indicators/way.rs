//! The way that a series made over some rows, and the way that it has gone for that. Kaufman (1995),
//! Smarter Trading.

use super::chunk;
use super::roc::mom;
use super::stage::Stage;
use crate::rolling::sum;

/// The ways over the last `n` rows.
pub struct Way {
    n: usize,
    before: f64,
    changes: Vec<f64>,
    made: Stage,
    gone: Stage,
}

impl Way {
    /// Over `n ≥ 1` changes.
    pub fn new(n: usize) -> Self {
        let (made, gone) = (Stage::new(Box::new(mom(n))), Stage::new(sum(n, n)));
        Self { n, before: f64::NAN, changes: vec![], made, gone }
    }

    /// Rows to take at once.
    pub fn rows(&self) -> usize {
        chunk::rows(self.n)
    }

    /// Takes the next values; gives x − x of n rows ago, and Σ |changes between|. The first `n` rows have
    /// none.
    pub fn next(&mut self, x: &[f64]) -> [&[f64]; 2] {
        self.changes.resize(x.len(), 0.0);
        if let ([first, ..], [change, changes @ ..]) = (x, &mut self.changes[..]) {
            *change = (first - self.before).abs();
            chunk::map([&x[1..], x], changes, |[x, before]| (x - before).abs());
        }
        self.before = x.last().copied().unwrap_or(self.before);
        [self.made.next(&[x]), self.gone.next(&[&self.changes])]
    }

    /// Bytes held between calls, beside itself.
    pub fn size(&self) -> usize {
        self.changes.capacity() * size_of::<f64>() + self.made.size() + self.gone.size()
    }
}
