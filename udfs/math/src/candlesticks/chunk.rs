//! Some candles by columns, with as many before them as patterns look at: all that a pattern reads, in
//! the first cache.

use fearless_simd::{Level as Processor, Simd};

use super::yardstick::Yardstick;
use crate::dispatch::dispatch;
use crate::rolling::LANES;

/// Rows before a chunk: patterns are of up to seven candles, and measured against ten before each.
pub const BEFORE: usize = 16;
/// Rows of a chunk at most: so few that the processor fetches the next ones meanwhile.
pub const ROWS: usize = 48;

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
    yardsticks: [Column; Yardstick::COUNT],
    measured: [bool; Yardstick::COUNT],
}

impl Chunk {
    /// One without rows, after some.
    pub fn new(recent: &Recent) -> Self {
        let none = [0.0; BEFORE + ROWS + LANES];
        let mut chunk = Self {
            prices: [none; 4],
            yardsticks: [none; Yardstick::COUNT],
            measured: [false; Yardstick::COUNT],
        };
        for (column, recent) in chunk.prices.iter_mut().zip(recent) {
            column[..BEFORE].copy_from_slice(recent);
        }
        chunk
    }

    /// Takes rows, and forgets what those before were measured by.
    #[expect(clippy::manual_memcpy, reason = "memory is read faster along four columns at once")]
    pub fn take(&mut self, processor: Processor, rows: [&[f64]; 4]) {
        self.measured = [false; Yardstick::COUNT];
        let [open, high, low, close] = rows.map(|rows| rows.as_chunks().0);
        let places = self.prices.each_mut().map(|c| c[BEFORE..].as_chunks_mut::<LANES>().0);
        let [opens, highs, lows, closes] = places;
        dispatch!(processor, simd => simd.vectorize(
            #[inline(always)]
            || for i in 0..open.len() {
                opens[i] = open[i];
                highs[i] = high[i];
                lows[i] = low[i];
                closes[i] = close[i];
            },
        ));
        let whole = open.len() * LANES;
        if whole < rows[0].len() {
            for (column, rows) in self.prices.iter_mut().zip(rows) {
                column[BEFORE + whole..BEFORE + rows.len()].copy_from_slice(&rows[whole..]);
            }
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

    /// The prices, and the place of a yardstick that is measured now.
    pub fn measure(&mut self, yardstick: Yardstick) -> (&[Column; 4], &mut Column) {
        self.measured[yardstick as usize] = true;
        (&self.prices, &mut self.yardsticks[yardstick as usize])
    }

    /// A yardstick that was measured.
    #[inline(always)]
    pub fn yardstick(&self, yardstick: Yardstick) -> &Column {
        debug_assert!(self.measured[yardstick as usize], "{yardstick:?} is not declared");
        &self.yardsticks[yardstick as usize]
    }
}
