//! The last `n` values in order of size.

use crate::kernel::Ring;

/// The last values, by age and by size.
#[derive(Debug, Clone)]
pub struct SortedWindow {
    values: Ring,
    sorted: Vec<f64>,
}

impl SortedWindow {
    /// Over `n ≥ 1` values.
    pub fn new(n: usize) -> Self {
        Self { values: Ring::new(n), sorted: Vec::new() }
    }

    /// Takes the next value; the oldest of `n` leaves.
    pub fn push(&mut self, x: f64) {
        if let Some(old) = self.values.push(x) {
            let place = self.sorted.partition_point(|v| v.total_cmp(&old).is_lt());
            if place < self.sorted.len() {
                self.sorted.remove(place);
            }
        }
        let place = self.sorted.partition_point(|v| v.total_cmp(&x).is_le());
        self.sorted.insert(place, x);
    }

    /// Whether there are `n` values.
    pub fn is_full(&self) -> bool {
        self.values.is_full()
    }

    /// The value of a rank, 0 for the smallest.
    pub fn ranked(&self, rank: usize) -> Option<f64> {
        self.sorted.get(rank).copied()
    }

    /// How many values are smaller than `x`.
    pub fn below(&self, x: f64) -> usize {
        self.sorted.partition_point(|v| *v < x)
    }

    /// Bytes it holds.
    pub fn bytes(&self) -> usize {
        self.values.size() + self.sorted.capacity() * size_of::<f64>()
    }
}
