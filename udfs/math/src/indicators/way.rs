//! The way that a series made over some rows, and the way that it has gone for that. Kaufman (1995),
//! Smarter Trading.

use super::chunk;
use crate::kernel::{Kernel, Ring};
use crate::rolling::sum;

/// The ways over the last `n` rows.
pub struct Way {
    n: usize,
    earlier: Ring,
    previous: f64,
    gone: Box<dyn Kernel>,
}

impl Way {
    /// Over `n ≥ 1` changes.
    pub fn new(n: usize) -> Self {
        Self { n, earlier: Ring::new(n), previous: f64::NAN, gone: sum(n, n) }
    }

    /// Rows to take at once.
    pub fn rows(&self) -> usize {
        chunk::rows(self.n)
    }

    /// Takes the next values; writes x − x of n rows ago, and Σ |changes between|, with `room` for as
    /// many. The first `n` rows have none.
    pub fn fill(&mut self, x: &[f64], room: &mut [f64], made: &mut [f64], gone: &mut [f64]) {
        let ([first, ..], [change, changes @ ..]) = (x, &mut *room) else { return };
        *change = (first - self.previous).abs();
        chunk::map([&x[1..], x], changes, |[x, before]| (x - before).abs());
        self.previous = x.last().copied().unwrap_or(self.previous);
        self.gone.push(&[room], &mut [gone]);
        self.earlier.with_old(x, made, |x, old| x - old);
    }

    /// Bytes held between calls, beside itself.
    pub fn size(&self) -> usize {
        self.earlier.size() + self.gone.size()
    }
}
