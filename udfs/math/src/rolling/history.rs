//! Columns of a chunk of rows with some rows before it.

/// Room is made for a multiple of so many rows; as many are worked on at once as the processor takes.
pub const LANES: usize = 8;

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

    /// The values `back` rows before those of the chunk, by blocks.
    #[inline(always)]
    pub fn blocks(&self, back: usize, blocks: usize) -> &[[f64; LANES]] {
        &self.values[self.before - back..].as_chunks().0[..blocks]
    }

    /// The values of the chunk, by blocks.
    #[inline(always)]
    pub fn blocks_now(&mut self, blocks: usize) -> &mut [[f64; LANES]] {
        &mut self.values[self.before..].as_chunks_mut().0[..blocks]
    }
}

/// The blocks of some columns, so many rows back.
#[inline(always)]
pub(super) fn blocks<const C: usize>(
    columns: &[History; C],
    back: usize,
    blocks: usize,
) -> [&[[f64; LANES]]; C] {
    let mut all: [&[[f64; LANES]]; C] = [&[]; C];
    for c in 0..C {
        all[c] = columns[c].blocks(back, blocks);
    }
    all
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

    /// Makes room for a chunk; counts are kept only if asked for.
    pub fn grow(&mut self, rows: usize, counted: bool) {
        self.histories().take(C + usize::from(counted)).for_each(|h| h.grow(rows));
    }

    /// Forgets the oldest.
    pub fn turn(&mut self, rows: usize, counted: bool) {
        self.histories().take(C + usize::from(counted)).for_each(|h| h.turn(rows));
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
