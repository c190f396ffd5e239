//! The right rows of the current key that cursors may still need.

use std::collections::VecDeque;
use std::ops::Range;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::buffer::ScalarBuffer;

use crate::side::Prepared;

/// Some consecutive right rows of one key, all with a time.
#[derive(Debug)]
pub(crate) struct Chunk {
    pub batch: RecordBatch,
    /// Times of the batch's rows.
    times: ScalarBuffer<i64>,
    /// The rows of the batch that belong to the key.
    pub rows: Range<usize>,
}

impl Chunk {
    fn times(&self) -> &[i64] {
        &self.times[self.rows.clone()]
    }
}

/// Chunks by number, which counts up over the whole input.
#[derive(Debug, Default)]
pub(crate) struct Window {
    chunks: VecDeque<Chunk>,
    /// The number of the first chunk.
    first: u64,
    /// Whether all rows of the key have been seen.
    pub complete: bool,
}

/// A right row: chunk number, and row within the chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Position {
    pub chunk: u64,
    pub row: usize,
}

/// A place between right rows that moves forward only.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cursor {
    /// The row after it, which may not be there.
    pub next: Position,
    /// The row before it.
    pub previous: Option<Position>,
}

impl Window {
    /// Begins another key.
    pub fn reset(&mut self) {
        self.first += self.chunks.len() as u64;
        self.chunks.clear();
        self.complete = false;
    }

    /// A cursor before the first row.
    pub fn start(&self) -> Cursor {
        Cursor { next: Position { chunk: self.first, row: 0 }, previous: None }
    }

    /// Adds a run of the key. Rows without a time match nothing.
    pub fn push(&mut self, batch: &Prepared, run: Range<usize>) {
        let nulls = batch
            .time_nulls
            .as_ref()
            .map_or(0, |nulls| run.clone().take_while(|row| nulls.is_null(*row)).count());
        let rows = run.start + nulls..run.end;
        if !rows.is_empty() {
            let (batch, times) = (batch.batch.clone(), batch.times.clone());
            self.chunks.push_back(Chunk { batch, times, rows });
        }
    }

    pub fn chunk(&self, number: u64) -> Option<&Chunk> {
        self.chunks.get(usize::try_from(number.checked_sub(self.first)?).ok()?)
    }

    /// The time of a row that is there.
    pub fn time(&self, at: Position) -> Option<i64> {
        self.chunk(at.chunk)?.times().get(at.row).copied()
    }

    /// The place after a row that is there.
    pub fn after(&self, at: Position) -> Position {
        match self.chunk(at.chunk) {
            Some(chunk) if at.row + 1 < chunk.rows.len() => Position { row: at.row + 1, ..at },
            _ => Position { chunk: at.chunk + 1, row: 0 },
        }
    }

    /// Moves a cursor past all rows for which `passes` holds, which must hold for a first part of
    /// the rows only. `false` if that takes rows not seen yet.
    pub fn advance(&self, cursor: &mut Cursor, passes: impl Fn(i64) -> bool) -> bool {
        while let Some(chunk) = self.chunk(cursor.next.chunk) {
            let times = chunk.times();
            let from = cursor.next.row;
            // A short step is the common case; a long one is found by bisection.
            let near = times[from..].iter().take(8).take_while(|t| passes(**t)).count();
            let row = match near {
                8 => from + 8 + times[from + 8..].partition_point(|t| passes(*t)),
                near => from + near,
            };
            if row > from {
                cursor.previous = Some(Position { chunk: cursor.next.chunk, row: row - 1 });
            }
            if row < times.len() {
                cursor.next.row = row;
                return true;
            }
            cursor.next = Position { chunk: cursor.next.chunk + 1, row: 0 };
        }
        self.complete
    }

    /// Forgets the chunks before `number`.
    pub fn forget_before(&mut self, number: u64) {
        while self.first < number && self.chunks.pop_front().is_some() {
            self.first += 1;
        }
    }

    /// Bytes held.
    pub fn size(&self) -> usize {
        self.chunks.iter().map(|c| c.batch.get_array_memory_size()).sum()
    }
}

impl Cursor {
    /// The first chunk it needs.
    pub fn chunk(&self) -> u64 {
        self.previous.map_or(self.next.chunk, |p| p.chunk)
    }
}
