//! Sums over the last n rows, plain and weighted by position, where each row has a value.
//!
//! As in `doubling.rs` windows are put together from windows of powers of two, so that nothing is
//! ever subtracted and a result depends on the rows of its window only. But sums need neither counts
//! nor pivots: a row without a value is NaN, and so is each sum that it is part of.
//!
//! The newest rows of a window are in windows of 8, 16, 32 … rows, which begin whole blocks of
//! eight rows apart; the rest of it, up to seven rows, is the oldest. Windows of up to eight rows are
//! made in registers.

use std::array::from_fn;

use fearless_simd::{Level as Processor, Simd, dispatch};

use super::block::Block;
use super::history::{History, LANES, blocks};
use super::number::Number;
use super::short::{Short, joined};
use crate::kernel::Kernel;

/// Rows that are worked on at once: their sums stay in the first cache.
const CHUNK: usize = 1024;

/// Parts of a window whose places are known before the loop over rows, at most.
const MOST: usize = 4;

/// What is told of the sums of a window: the plain one, and the weighted one, with 1 for the oldest row.
pub trait Told<const C: usize>: Send {
    /// For each of some windows side by side.
    fn told<N: Number>(&self, sums: [N; C]) -> N;
}

/// The sums of windows of `n` rows.
#[derive(Debug, Clone)]
pub struct Dense<T, const C: usize> {
    n: usize,
    told: T,
    /// The rows before the first window, until there is one: a short series takes no more room.
    first: Vec<f64>,
    /// The last rows before the chunk.
    recent: [[f64; LANES]; 2],
    /// Of the last n mod 8 rows, and of the last 8, 16, 32 …; none before the first window.
    windows: Vec<[History; C]>,
    /// What a window is put together from, the newest part first: one of these, how many rows are in
    /// it, and how many are newer.
    parts: Vec<(usize, usize, usize)>,
}

impl<T: Told<C>, const C: usize> Dense<T, C> {
    /// Windows of `n ≥ 1` rows.
    pub fn new(n: usize, told: T) -> Self {
        let n = n.max(1);
        let recent = [[f64::NAN; LANES]; 2];
        Self { n, told, first: vec![], recent, windows: vec![], parts: vec![] }
    }

    fn push_on(&mut self, processor: Processor, mut x: &[f64], mut out: &mut [f64]) {
        if self.windows.is_empty() {
            let before = x.len().min(self.n - 1 - self.first.len());
            self.first.extend_from_slice(&x[..before]);
            out[..before].fill(f64::NAN);
            if before == x.len() {
                return;
            }
            (x, out) = (&x[before..], &mut out[before..]);
            self.begin();
            let first = std::mem::take(&mut self.first);
            // In pieces, since the room that a chunk takes is kept.
            let piece = CHUNK.max(self.n / 8);
            let mut unread = vec![0.0; piece.min(first.len())];
            for x in first.chunks(piece) {
                self.chunks(processor, x, &mut unread[..x.len()]);
            }
        }
        self.chunks(processor, x, out);
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

    fn chunks(&mut self, processor: Processor, x: &[f64], out: &mut [f64]) {
        // As many as a long window has: so many are moved to the front after each chunk.
        let most = CHUNK.max(self.n);
        for (x, out) in x.chunks(most).zip(out.chunks_mut(most)) {
            self.windows.iter_mut().flatten().for_each(|history| history.grow(x.len()));
            dispatch!(processor, simd => self.chunk(simd, x, out));
            self.windows.iter_mut().flatten().for_each(|history| history.turn(x.len()));
            let recent = self.recent.as_flattened_mut();
            let kept = x.len().min(recent.len());
            recent.copy_within(kept.., 0);
            let rest = recent.len() - kept;
            recent[rest..].copy_from_slice(&x[x.len() - kept..]);
        }
    }

    #[inline(always)]
    fn chunk<V: Simd>(&mut self, simd: V, x: &[f64], out: &mut [f64]) {
        match self.n % LANES {
            0 => self.short::<V, 0>(simd, x),
            1 => self.short::<V, 1>(simd, x),
            2 => self.short::<V, 2>(simd, x),
            3 => self.short::<V, 3>(simd, x),
            4 => self.short::<V, 4>(simd, x),
            5 => self.short::<V, 5>(simd, x),
            6 => self.short::<V, 6>(simd, x),
            _ => self.short::<V, 7>(simd, x),
        }
        for window in 2..self.windows.len() {
            let (given, [next, ..]) = self.windows.split_at_mut(window) else { return };
            double(simd, &given[window - 1], next, 2 << window, x.len());
        }
        match self.parts.len() {
            1 => self.finish::<V, 1>(simd, out),
            2 => self.finish::<V, 2>(simd, out),
            3 => self.finish::<V, 3>(simd, out),
            _ => self.finish::<V, MOST>(simd, out),
        }
    }

    /// Windows of 8 rows, and of `REST`.
    #[inline(always)]
    fn short<V: Simd, const REST: usize>(&mut self, simd: V, x: &[f64]) {
        let Self { recent, windows, .. } = self;
        simd.vectorize(
            #[inline(always)]
            || {
                let [rest, eight, ..] = windows.as_mut_slice() else { return };
                let groups = x.len().div_ceil(LANES);
                let rest = rest.each_mut().map(|column| column.blocks_now(groups));
                let eight = eight.each_mut().map(|column| column.blocks_now(groups));
                let (whole, end) = x.as_chunks();
                let mut padded = [0.0; LANES];
                padded[..end.len()].copy_from_slice(end);
                let mut short = Short::<V, C>::new(simd);
                for x in recent {
                    short.next::<REST>(Block::read(simd, x));
                }
                for g in 0..groups {
                    let x = if g < whole.len() { &whole[g] } else { &padded };
                    let [rests, eights] = short.next::<REST>(Block::read(simd, x));
                    for c in 0..C {
                        eights[c].write(&mut eight[c][g]);
                        if REST > 0 {
                            rests[c].write(&mut rest[c][g]);
                        }
                    }
                }
            },
        );
    }

    /// Puts windows together from `PARTS` parts, with `MOST` from as many or more, and writes what is
    /// told of them.
    #[inline(always)]
    fn finish<V: Simd, const PARTS: usize>(&self, simd: V, out: &mut [f64]) {
        simd.vectorize(
            #[inline(always)]
            || {
                let groups = out.len().div_ceil(LANES);
                let mut columns = [[[].as_slice(); C]; PARTS];
                let mut widths = [0.0; PARTS];
                for p in 0..PARTS {
                    let (window, width, covered) = self.parts[p];
                    columns[p] = blocks(&self.windows[window], covered, groups);
                    widths[p] = width as f64;
                }
                let (whole, end) = out.as_chunks_mut();
                let mut padded = [0.0; LANES];
                for g in 0..groups {
                    let mut sums = [Block::splat(simd, 0.0); C];
                    for p in 0..PARTS {
                        let mut part = sums;
                        for c in 0..C {
                            part[c] = Block::read(simd, &columns[p][c][g]);
                        }
                        sums = if p == 0 { part } else { joined(part, sums, widths[p]) };
                    }
                    // A loop for them costs the others, too.
                    if PARTS == MOST {
                        for (window, width, covered) in &self.parts[MOST..] {
                            let older = blocks(&self.windows[*window], *covered, groups);
                            let mut part = sums;
                            for c in 0..C {
                                part[c] = Block::read(simd, &older[c][g]);
                            }
                            sums = joined(part, sums, *width as f64);
                        }
                    }
                    let out = if g < whole.len() { &mut whole[g] } else { &mut padded };
                    self.told.told(sums).write(out);
                }
                end.copy_from_slice(&padded[..end.len()]);
            },
        );
    }
}

impl<T: Told<C>, const C: usize> Kernel for Dense<T, C> {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        if let ([x, ..], [out, ..]) = (inputs, outputs) {
            // With the widest instructions that there are.
            self.push_on(Processor::new(), x, out);
        }
    }

    fn size(&self) -> usize {
        let windows = self.windows.iter().flatten().map(|history| history.values.capacity());
        (self.first.capacity() + windows.sum::<usize>()) * size_of::<f64>()
    }
}

/// Windows of twice as many rows as those given.
#[inline(always)]
fn double<V: Simd, const C: usize>(
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
                let mut both = [[Block::splat(simd, 0.0); C]; 2];
                for c in 0..C {
                    both[0][c] = Block::read(simd, &older[c][g]);
                    both[1][c] = Block::read(simd, &newer[c][g]);
                }
                let both = joined(both[0], both[1], width as f64);
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

    impl Windows for Dense<Sums, 2> {
        fn push_on(&mut self, processor: Processor, x: &[f64], out: &mut [f64]) {
            self.push_on(processor, x, out);
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
