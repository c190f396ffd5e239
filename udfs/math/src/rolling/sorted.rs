//! The last rows of a series in order.

use crate::kernel::Ring;

/// The last `n` rows, those with a value sorted. A row costs a search and a move within one array.
#[derive(Debug, Clone)]
pub struct Sorted {
    rows: Ring,
    values: Vec<f64>,
}

impl Sorted {
    /// Of the last `n ≥ 1` rows.
    pub fn new(n: usize) -> Self {
        Self { rows: Ring::new(n), values: Vec::new() }
    }

    /// Takes the next row; NaN is no value. Gives how many values are less than it.
    pub fn push(&mut self, x: f64) -> usize {
        // −0 is 0.
        let x = x + 0.0;
        let old = self.rows.push(x).filter(|old| !old.is_nan());
        let from = old.map(|old| self.less(old));
        if x.is_nan() {
            from.map(|from| self.values.remove(from));
            return 0;
        }
        let to = self.less(x);
        let Some(from) = from else {
            self.values.insert(to, x);
            return to;
        };
        // Only the values between the place that is left and the one that is taken move.
        if from < to {
            self.values.copy_within(from + 1..to, from);
            self.values[to - 1] = x;
            return to - 1;
        }
        self.values.copy_within(to..from, to + 1);
        self.values[to] = x;
        to
    }

    /// How many values are less than `x`.
    pub fn less(&self, x: f64) -> usize {
        self.values.partition_point(|v| *v < x)
    }

    /// The values in order.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Bytes held.
    pub fn size(&self) -> usize {
        self.rows.size() + self.values.capacity() * size_of::<f64>()
    }

    /// How many values there are.
    pub fn count(&self) -> usize {
        self.values.len()
    }
}
