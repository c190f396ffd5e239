//! Some hundred candles by columns, with as many before them as patterns look at: all that a pattern
//! reads, in the first cache.

use super::yardstick::Yardstick;
use crate::rolling::LANES;

/// Rows before a chunk: patterns are of up to seven candles, and measured against ten before each.
pub const BEFORE: usize = 16;
/// Rows of a chunk at most.
pub const ROWS: usize = 256;

/// The rows before a chunk, those of the chunk, and room for the rest of a block.
pub type Column = [f64; BEFORE + ROWS + LANES];
/// The last open, high, low and close prices.
pub type Recent = [[f64; BEFORE]; 4];

/// Candles, and what they are measured by.
#[derive(Debug)]
#[repr(align(64))]
pub struct Chunk {
    /// Open, high, low and close.
    pub prices: [Column; 4],
    /// By [`Yardstick`].
    pub yardsticks: [Column; Yardstick::COUNT],
}

impl Chunk {
    /// One without rows, after some.
    pub fn new(recent: &Recent) -> Self {
        let none = [0.0; BEFORE + ROWS + LANES];
        let mut chunk = Self { prices: [none; 4], yardsticks: [none; Yardstick::COUNT] };
        for (column, recent) in chunk.prices.iter_mut().zip(recent) {
            column[..BEFORE].copy_from_slice(recent);
        }
        chunk
    }

    /// Takes rows.
    pub fn take(&mut self, prices: [&[f64]; 4]) {
        for (column, prices) in self.prices.iter_mut().zip(prices) {
            column[BEFORE..BEFORE + prices.len()].copy_from_slice(prices);
        }
    }

    /// Keeps the last of so many rows as those before the next.
    pub fn turn(&mut self, rows: usize) {
        self.prices.iter_mut().for_each(|column| column.copy_within(rows..rows + BEFORE, 0));
    }

    /// The rows before those to come.
    pub fn recent(&self) -> Recent {
        self.prices.each_ref().map(|column| column.first_chunk().copied().unwrap_or([0.0; BEFORE]))
    }

    /// The prices, and the place of a yardstick.
    pub fn measured(&mut self, yardstick: Yardstick) -> (&[Column; 4], &mut Column) {
        (&self.prices, &mut self.yardsticks[yardstick as usize])
    }
}
