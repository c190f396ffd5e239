//! The last rows of a series as one state, in O(1) a row.
//!
//! The series is cut into blocks of the frame's length. A frame is the end of one block and the start
//! of the next, so merging suffix states with prefix states gives every frame without ever
//! subtracting a value that leaves: an outlier leaves no rounding error behind, however long the
//! series is (van Herk 1992; Gil & Werman 1993). Blocks begin at the first row, so that no later
//! row has a part in a result.

/// A state of some values in order that can be merged with that of values after them.
pub trait Statistic: Copy + Send + std::fmt::Debug {
    /// A row's value.
    type Value: Copy + Send + std::fmt::Debug;

    /// Of no values.
    fn empty() -> Self;

    /// How many values.
    fn count(&self) -> f64;

    /// With one more value. Deviations are taken from the pivot, so that a level far above the
    /// spread (1e9 + noise) costs no digits.
    #[must_use]
    fn push(self, value: Self::Value, pivot: Self::Value) -> Self;

    /// With a row that has no value.
    #[must_use]
    fn missing(self) -> Self {
        self
    }

    /// With the values of `later`, which has the same pivot.
    #[must_use]
    fn merge(self, later: Self) -> Self;

    /// The pivot from this value on, if it can be one.
    fn pivot(value: Self::Value, before: Self::Value) -> Self::Value;

    /// The pivot before there is a value.
    fn origin() -> Self::Value;
}

/// The last rows.
#[derive(Debug, Clone)]
pub struct Frame<S: Statistic> {
    /// `None`: all rows so far.
    length: Option<usize>,
    /// The rows of the block in work.
    block: Vec<Option<S::Value>>,
    /// `suffix[j]`: the last j rows of the block before; none before there is one.
    suffix: Vec<S>,
    prefix: S,
    pivot: S::Value,
}

impl<S: Statistic> Frame<S> {
    /// The last `length ≥ 1` rows, or all.
    pub fn new(length: Option<usize>) -> Self {
        Self {
            length: length.map(|n| n.max(1)),
            block: Vec::new(),
            suffix: Vec::new(),
            prefix: S::empty(),
            pivot: S::origin(),
        }
    }

    /// The state of the frame that ends at this row. A row without a value counts in its length.
    #[inline]
    pub fn push(&mut self, row: Option<S::Value>) -> S {
        let Some(length) = self.length else { return self.extend(row) };
        if self.block.is_empty() || self.block.len() == length {
            self.begin(row, length);
        }
        let after = length - 1 - self.block.len();
        self.block.push(row);
        self.prefix = self.extended(self.prefix, row);
        match self.suffix.get(after) {
            Some(suffix) => suffix.merge(self.prefix),
            None => self.prefix,
        }
    }

    /// Begins a block with this row: the one before, if it is full, becomes suffixes.
    #[cold]
    fn begin(&mut self, row: Option<S::Value>, length: usize) {
        if let Some(value) = row {
            self.pivot = S::pivot(value, self.pivot);
        }
        if self.block.len() < length {
            return;
        }
        let mut suffix = S::empty();
        self.suffix.resize(length, suffix);
        for j in 1..length {
            // One row more, before the others.
            let first = self.extended(S::empty(), self.block[length - j]);
            suffix = first.merge(suffix);
            self.suffix[j] = suffix;
        }
        self.block.clear();
        self.prefix = S::empty();
    }

    /// The state of all rows so far; the block only tells whether there was a value.
    fn extend(&mut self, row: Option<S::Value>) -> S {
        if let (Some(value), true) = (row, self.block.is_empty()) {
            self.pivot = S::pivot(value, self.pivot);
            self.block.push(row);
        }
        self.prefix = self.extended(self.prefix, row);
        self.prefix
    }

    /// What deviations are taken from.
    pub fn pivot(&self) -> S::Value {
        self.pivot
    }

    /// Bytes it holds.
    pub fn size(&self) -> usize {
        self.block.capacity() * size_of::<Option<S::Value>>()
            + self.suffix.capacity() * size_of::<S>()
    }

    #[inline]
    fn extended(&self, state: S, row: Option<S::Value>) -> S {
        match row {
            Some(value) => state.push(value, self.pivot),
            None => state.missing(),
        }
    }
}
