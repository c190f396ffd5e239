//! Windows of the last n rows, where each row has a value.
//!
//! As in `doubling.rs` windows are put together from windows of powers of two, so that nothing is
//! ever subtracted and a result depends on the rows of its window only, but there are neither counts
//! nor pivots.
//!
//! The newest rows of a window are in windows of 8, 16, 32 … rows, which begin whole blocks of
//! eight rows apart; the rest of it, up to seven rows, is the oldest. Windows of up to eight rows are
//! made in registers.

use std::array::from_fn;

use fearless_simd::{Level as Processor, Simd};

use super::block::{Rows, at, read};
use super::history::{History, LANES, blocks};
use super::parts::{parts, row_states};
use super::pieces::Pieces;
use super::reduction::{Join, Reduction};
use super::written::{Place, Written as _};
use crate::dispatch::dispatch;
use crate::kernel::Kernel;

/// Rows that are worked on at once: their states stay in the first cache.
const CHUNK: usize = 1024;

/// Blocks whose shortest windows are made at once.
const PIECE: usize = 32;

/// One of the windows that are kept, how many rows are in it, and how many are newer.
type Part = (usize, usize, usize);

/// The results of windows of `n` rows.
#[derive(Debug, Clone)]
pub struct Dense<R, const K: usize, const C: usize, const O: usize> {
    n: usize,
    reduction: R,
    /// The rows before the first window, until there is one: a short series takes no more room.
    first: [Vec<f64>; K],
    /// The states of the last rows before the chunk.
    recent: [[f64; LANES]; C],
    /// Of the last n mod 8 rows, and of the last 8, 16, 32 …; none before the first window.
    windows: Vec<[History; C]>,
    /// What a window is put together from, the newest part first.
    parts: Vec<Part>,
}

impl<R, const K: usize, const C: usize, const O: usize> Dense<R, K, C, O>
where
    R: Reduction<K, C, O>,
{
    /// Windows of `n ≥ 1` rows.
    pub fn new(n: usize, reduction: R) -> Self {
        let recent = [[f64::NAN; LANES]; C];
        let first = [const { Vec::new() }; K];
        Self { n: n.max(1), reduction, first, recent, windows: vec![], parts: vec![] }
    }

    fn push_on(&mut self, processor: Processor, mut x: [&[f64]; K], mut outs: [&mut [f64]; O]) {
        if self.windows.is_empty() {
            let before = x[0].len().min(self.n - 1 - self.first[0].len());
            self.first
                .iter_mut()
                .zip(x)
                .for_each(|(first, x)| first.extend_from_slice(&x[..before]));
            outs.iter_mut().for_each(|out| out[..before].fill(f64::NAN));
            if before == x[0].len() {
                return;
            }
            x = x.map(|x| &x[before..]);
            outs = outs.map(|out| &mut out[before..]);
            self.begin();
            let first = std::mem::replace(&mut self.first, [const { Vec::new() }; K]);
            // In pieces, since the room that a chunk takes is kept.
            let (rows, piece) = (first[0].len(), CHUNK.max(self.n / 8));
            let mut unread = [(); O].map(|()| vec![0.0; piece.min(rows)]);
            for from in (0..rows).step_by(piece) {
                let to = rows.min(from + piece);
                let unread = unread.each_mut().map(|out| &mut out[..to - from]);
                self.chunks(processor, first.each_ref().map(|x| &x[from..to]), unread);
            }
        }
        self.chunks(processor, x, outs);
    }

    /// Makes room for windows.
    fn begin(&mut self) {
        let none = |rows: usize| from_fn(|_| History::new(rows, f64::NAN));
        let whole = self.n / LANES * LANES;
        self.windows = vec![none(whole), none(LANES)];
        let mut covered = 0;
        for (window, rows) in (1..).zip((3..).map(|k| 1 << k).take_while(|rows| *rows <= whole)) {
            if window > 1 {
                self.windows.push(none(rows));
            }
            if whole & rows != 0 {
                self.parts.push((window, rows, covered));
                covered += rows;
            }
        }
        if self.n > whole {
            self.parts.push((0, self.n - whole, whole));
        }
    }

    fn chunks(&mut self, processor: Processor, x: [&[f64]; K], mut outs: [&mut [f64]; O]) {
        // As many as a long window has: so many are moved to the front after each chunk.
        let (rows, most) = (x[0].len(), CHUNK.max(self.n));
        for from in (0..rows).step_by(most) {
            let to = rows.min(from + most);
            let x = x.map(|x| &x[from..to]);
            let mut outs = outs.each_mut().map(|out| Place::new(&mut out[from..to]));
            self.windows.iter_mut().flatten().for_each(|history| history.grow(to - from));
            dispatch!(processor, simd => self.chunk(simd, x, &mut outs));
            self.windows.iter_mut().flatten().for_each(|history| history.turn(to - from));
        }
    }

    #[inline(always)]
    fn chunk<V: Simd>(&mut self, simd: V, x: [&[f64]; K], outs: &mut [Place<'_>; O]) {
        let (rows, pieces) = (x[0].len(), Pieces::new(x, PIECE));
        for start in pieces.starts() {
            let (x, last) = pieces.piece(start);
            self.short(simd, start, last, x);
        }
        for window in 2..self.windows.len() {
            let (given, [next, ..]) = self.windows.split_at_mut(window) else { return };
            double::<V, R::Join, C>(simd, &given[window - 1], next, 2 << window, rows);
        }
        let mut states = [[[0.0; LANES]; PIECE]; C];
        for start in pieces.starts() {
            let (x, last) = pieces.piece(start);
            let joined = states.each_mut().map(|states| &mut states[..x[0].len()]);
            join::<V, R::Join, C>(simd, &self.parts, &self.windows, start, joined);
            let joined = states.each_ref().map(|states| &states[..x[0].len()]);
            self.tell(simd, x, joined, last, outs);
        }
    }

    /// Writes what is told of some blocks of windows, of whose last one `last` rows are there.
    #[inline(always)]
    fn tell<V: Simd>(
        &self,
        simd: V,
        x: Rows<'_, K>,
        states: Rows<'_, C>,
        last: usize,
        outs: &mut [Place<'_>; O],
    ) {
        simd.vectorize(
            #[inline(always)]
            || {
                let blocks = x[0].len();
                for g in 0..blocks {
                    let row = read(simd, at(x, g));
                    let told = self.reduction.told(read(simd, at(states, g)), row);
                    for o in 0..O {
                        let mut block = [0.0; LANES];
                        told[o].write(&mut block);
                        match g + 1 < blocks || last == LANES {
                            true => outs[o].put(&block),
                            false => outs[o].put(&block[..last]),
                        }
                    }
                }
            },
        );
    }

    /// The windows of 8 rows, and of fewer, of some blocks, of whose last one so many rows are there.
    #[inline(always)]
    fn short<V: Simd>(&mut self, simd: V, from: usize, last: usize, x: Rows<'_, K>) {
        let blocks = x[0].len();
        let mut states = [[[0.0; LANES]; PIECE]; C];
        row_states(
            simd,
            &self.reduction,
            &x,
            &mut states.each_mut().map(|rows| &mut rows[..blocks]),
        );
        let mut made = [[[[0.0; LANES]; C]; 2]; PIECE];
        let rows = states.each_ref().map(|rows| &rows[..blocks]);
        parts::<V, R::Join, C>(simd, self.n % LANES, &self.recent.each_ref(), &rows, &mut made);
        for (part, window) in self.windows.iter_mut().take(2).enumerate() {
            for (c, column) in window.iter_mut().enumerate() {
                let column = &mut column.blocks_now(from + blocks)[from..];
                column.iter_mut().zip(&made).for_each(|(rows, made)| *rows = made[part][c]);
            }
        }
        for (recent, rows) in self.recent.iter_mut().zip(rows) {
            recent.copy_within(last.., 0);
            recent[LANES - last..].copy_from_slice(&rows[blocks - 1][..last]);
        }
    }
}

impl<R, const K: usize, const C: usize, const O: usize> Kernel for Dense<R, K, C, O>
where
    R: Reduction<K, C, O>,
{
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        if let (Some(x), Some(outs)) = (inputs.first_chunk(), outputs.first_chunk_mut::<O>()) {
            // With the widest instructions that there are.
            self.push_on(Processor::new(), *x, outs.each_mut().map(|out| &mut **out));
        }
    }

    fn size(&self) -> usize {
        let first = self.first.iter().map(Vec::capacity);
        let windows = self.windows.iter().flatten().map(|history| history.values.capacity());
        first.chain(windows).sum::<usize>() * size_of::<f64>()
    }
}

/// Puts the windows of some blocks together.
#[inline(never)]
fn join<V: Simd, J: Join<C>, const C: usize>(
    simd: V,
    parts: &[Part],
    windows: &[[History; C]],
    from: usize,
    mut states: [&mut [[f64; LANES]]; C],
) {
    simd.vectorize(
        #[inline(always)]
        || {
            let groups = states[0].len();
            for (window, width, covered) in parts {
                let part = blocks(&windows[*window], *covered, from + groups);
                for g in 0..groups {
                    let mut state = read(simd, at(part, from + g));
                    if *covered > 0 {
                        let newer = read(simd, states.each_ref().map(|newer| &newer[g]));
                        state = J::joined(state, newer, [*width as f64, *covered as f64]);
                    }
                    for c in 0..C {
                        state[c].write(&mut states[c][g]);
                    }
                }
            }
        },
    );
}

/// Windows of twice as many rows as those given.
#[inline(never)]
fn double<V: Simd, J: Join<C>, const C: usize>(
    simd: V,
    given: &[History; C],
    next: &mut [History; C],
    width: usize,
    rows: usize,
) {
    simd.vectorize(
        #[inline(always)]
        || {
            let groups = rows.div_ceil(LANES);
            let (older, newer) = (blocks(given, width, groups), blocks(given, 0, groups));
            let next = next.each_mut().map(|column| column.blocks_now(groups));
            for g in 0..groups {
                let both = [read(simd, at(older, g)), read(simd, at(newer, g))];
                let both = J::joined(both[0], both[1], [width as f64; 2]);
                for c in 0..C {
                    both[c].write(&mut next[c][g]);
                }
            }
        },
    );
}

#[cfg(test)]
mod tests {
    use super::super::sums_checks::{Sums, Windows, same_bits, whole_sums};
    use super::*;

    impl Windows for Dense<Sums, 1, 2, 1> {
        fn push_on(&mut self, processor: Processor, x: &[f64], out: &mut [f64]) {
            self.push_on(processor, [x], [out]);
        }
    }

    #[test]
    fn every_processor_gives_the_same_bits_however_rows_come() {
        same_bits(1..150, Dense::new);
    }

    #[test]
    fn windows_of_any_length() {
        (1..40).chain([63, 64, 127, 511, 1000, 2047]).for_each(|n| whole_sums(n, Dense::new));
    }
}
