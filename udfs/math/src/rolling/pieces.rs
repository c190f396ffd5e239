//! Rows by pieces of some blocks.

use super::block::Rows;
use super::history::LANES;

/// The blocks of rows of some columns; the last one is filled up if there are fewer than eight rows.
pub struct Pieces<'a, const K: usize> {
    whole: Rows<'a, K>,
    last: [[[f64; LANES]; 1]; K],
    end: usize,
    most: usize,
}

impl<'a, const K: usize> Pieces<'a, K> {
    /// Pieces of so many blocks at most.
    #[inline(always)]
    pub fn new(x: [&'a [f64]; K], most: usize) -> Self {
        let end = x[0].len() % LANES;
        let last = x.map(|x| [filled_up(&x[x.len() - end..])]);
        Self { whole: x.map(|x| x.as_chunks().0), last, end, most }
    }

    /// Of each piece the first block.
    #[inline(always)]
    pub fn starts(&self) -> impl Iterator<Item = usize> + use<K> {
        let whole = self.whole[0].len();
        (0..whole).step_by(self.most).chain((self.end > 0).then_some(whole))
    }

    /// A piece, and how many rows of its last block are there.
    #[inline(always)]
    pub fn piece(&self, start: usize) -> (Rows<'_, K>, usize) {
        let whole = self.whole[0].len();
        match start < whole {
            true => (self.whole.map(|x| &x[start..whole.min(start + self.most)]), LANES),
            false => (self.last.each_ref().map(<[_; 1]>::as_slice), self.end),
        }
    }
}

/// A block that begins with some rows, of which there are fewer than eight: the last one comes again, so
/// that it is as finite as they are.
#[inline(always)]
fn filled_up(rows: &[f64]) -> [f64; LANES] {
    let mut block = [rows.last().copied().unwrap_or_default(); LANES];
    block[..rows.len()].copy_from_slice(rows);
    block
}
