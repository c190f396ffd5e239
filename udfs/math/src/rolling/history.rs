//! Columns of a chunk of rows with some rows before it.

/// Room is made for a multiple of so many rows; as many are worked on at once as the processor takes.
pub(super) const LANES: usize = 8;

/// Values of rows before a chunk, then those of the chunk.
#[derive(Debug, Clone)]
pub(super) struct History {
    pub before: usize,
    pub values: Vec<f64>,
}

impl History {
    pub fn new(before: usize, value: f64) -> Self {
        Self { before, values: vec![value; before] }
    }

    /// Makes room for a chunk.
    pub fn grow(&mut self, rows: usize) {
        self.values.resize(self.before + rows.next_multiple_of(LANES), 0.0);
    }

    /// Takes the rows of a chunk: of each the last value up to it.
    pub fn last_values(&mut self, x: &[f64], missing: bool) {
        self.grow(x.len());
        let mut value = self.values[self.before - 1];
        let places = &mut self.values[self.before..self.before + x.len()];
        match missing {
            false => places.copy_from_slice(x),
            true => places.iter_mut().zip(x).for_each(|(place, x)| {
                value = if x.is_nan() { value } else { *x };
                *place = value;
            }),
        }
    }

    /// Forgets the oldest.
    pub fn turn(&mut self, rows: usize) {
        self.values.copy_within(rows..rows + self.before, 0);
    }

    /// The values `back` rows before those of the chunk.
    #[inline(always)]
    pub fn back(&self, back: usize, rows: usize) -> &[f64] {
        let from = self.before - back;
        &self.values[from..from + rows.next_multiple_of(LANES)]
    }

    #[inline(always)]
    pub fn now(&mut self, rows: usize) -> &mut [f64] {
        &mut self.values[self.before..self.before + rows.next_multiple_of(LANES)]
    }
}

/// A column of states: their numbers and how many values each has.
#[derive(Debug, Clone)]
pub(super) struct Level<const C: usize> {
    pub columns: [History; C],
    pub count: History,
}

impl<const C: usize> Level<C> {
    pub fn new(before: usize, empty: [f64; C]) -> Self {
        Self {
            columns: empty.map(|value| History::new(before, value)),
            count: History::new(before, 0.0),
        }
    }

    pub fn all(&self) -> impl Iterator<Item = &History> {
        self.columns.iter().chain([&self.count])
    }

    pub fn histories(&mut self) -> impl Iterator<Item = &mut History> {
        self.columns.iter_mut().chain([&mut self.count])
    }

    #[inline(always)]
    pub fn back(&self, back: usize, rows: usize) -> [&[f64]; C] {
        self.columns.each_ref().map(|column| column.back(back, rows))
    }

    #[inline(always)]
    pub fn now(&mut self, rows: usize) -> [&mut [f64]; C] {
        self.columns.each_mut().map(|column| column.now(rows))
    }

    /// Numbers held.
    pub fn size(&self) -> usize {
        self.all().map(|h| h.values.capacity()).sum()
    }
}

/// Whether a row of a chunk is without a value.
#[inline(always)]
pub(super) fn missing(inputs: &[&[f64]]) -> bool {
    inputs.iter().any(|x| x.iter().fold(false, |any, x| any | x.is_nan()))
}
