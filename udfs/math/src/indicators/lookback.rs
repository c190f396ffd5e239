//! The rows of a chunk behind some rows before it, so that the window of each row is a slice, and that
//! of eight rows as many blocks of eight rows.

use fearless_simd::Simd;

use crate::rolling::{Block, LANES};

/// A column of rows before a chunk, then those of the chunk.
#[derive(Debug, Clone)]
pub struct Lookback {
    before: usize,
    /// Rows of the chunk. Room is made for whole blocks.
    rows: usize,
    values: Vec<f64>,
}

impl Lookback {
    /// With `before` rows before a chunk; before the first chunk they are `first`.
    pub fn new(before: usize, first: f64) -> Self {
        Self { before, rows: 0, values: vec![first; before] }
    }

    /// Goes on to the next chunk, of `rows` rows. Gives their places, to be written.
    pub fn next(&mut self, rows: usize) -> &mut [f64] {
        self.values.copy_within(self.rows..self.rows + self.before, 0);
        self.values.resize(self.before + rows.next_multiple_of(LANES), 0.0);
        self.rows = rows;
        &mut self.values[self.before..self.before + rows]
    }

    /// Goes on to the next chunk.
    pub fn take(&mut self, x: &[f64]) {
        self.next(x.len()).copy_from_slice(x);
    }

    /// The rows before the chunk and those of it.
    pub fn values(&self) -> &[f64] {
        &self.values[..self.before + self.rows]
    }

    /// The rows of the chunk with as many before each as `before`: a window at each, oldest first.
    pub fn windows(&self) -> impl Iterator<Item = &[f64]> {
        self.values().windows(self.before + 1)
    }

    /// The windows of the eight rows from `row` of the chunk on, side by side: their oldest rows first.
    #[inline(always)]
    pub fn blocks(&self, row: usize) -> impl DoubleEndedIterator<Item = &[f64; LANES]> {
        self.values[row..row + self.before + LANES].array_windows()
    }

    /// The eight rows from `row` of the chunk on.
    #[inline(always)]
    pub fn block<V: Simd>(&self, simd: V, row: usize) -> Block<V> {
        let from = self.before + row;
        let rows = self.values[from..from + LANES].as_array();
        rows.map_or(Block::splat(simd, f64::NAN), |rows| Block::read(simd, rows))
    }

    /// Bytes held.
    pub fn size(&self) -> usize {
        self.values.capacity() * size_of::<f64>()
    }
}

/// Writes a block to up to eight rows.
#[inline(always)]
pub fn put<V: Simd>(block: Block<V>, out: &mut [f64]) {
    match out.as_mut_array() {
        Some(out) => block.write(out),
        None => {
            let mut rows = [0.0; LANES];
            block.write(&mut rows);
            out.copy_from_slice(&rows[..out.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_of_the_rows_however_they_come() {
        let x: Vec<f64> = (0..100).map(f64::from).collect();
        let before = |row: usize| row.checked_sub(3).map_or(-1.0, |row| x[row]);
        for piece in [1, 2, 7, 8, 30, 100] {
            let (mut rows, mut seen) = (Lookback::new(3, -1.0), 0);
            for x in x.chunks(piece) {
                rows.take(x);
                for (row, window) in rows.windows().enumerate() {
                    assert_eq!((window[0], window[3]), (before(seen + row), x[row]));
                }
                for (lane, value) in x.iter().take(LANES).enumerate() {
                    let columns: Vec<f64> = rows.blocks(0).map(|block| block[lane]).collect();
                    assert_eq!((columns[0], columns[3]), (before(seen + lane), *value));
                }
                seen += x.len();
            }
        }
    }
}
