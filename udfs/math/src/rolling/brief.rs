//! Windows of the last n < 64 rows, where each row has a value, in one pass.
//!
//! A window is put together from the windows of eight rows that it ends with, whole blocks of eight rows
//! apart, and the rest of it, up to seven rows, which is the oldest. As in `dense.rs` nothing is ever
//! subtracted, and a result depends on the rows of its window only.

use fearless_simd::{Level as Processor, Simd};

use super::block::{Block, Rows, at, read};
use super::history::LANES;
use super::parts::{Parts, parts, row_states};
use super::pieces::Pieces;
use super::reduction::{Join, Reduction};
use crate::dispatch::dispatch;
use crate::kernel::Kernel;

/// Whole blocks that a window reaches back, at most.
const BLOCKS: usize = 8;
/// Windows are shorter.
pub const ROWS: usize = BLOCKS * LANES;
/// Blocks that are worked on at once: what they are made into stays in the first cache.
const CHUNK: usize = 32;

/// Some blocks in whole lines of the cache.
#[derive(Debug, Clone)]
#[repr(align(64))]
struct Aligned<T>(T);

/// The results of windows of `n` rows.
#[derive(Debug, Clone)]
pub struct Brief<R, const K: usize, const C: usize, const O: usize> {
    n: usize,
    reduction: R,
    /// Rows to come before the first window.
    before: usize,
    /// The states of the last rows.
    recent: Aligned<[[[f64; LANES]; BLOCKS + 1]; C]>,
    /// Kept, since to clear it for few rows costs as much as they do.
    room: Box<Room<C>>,
}

/// What is made of a chunk.
#[derive(Debug, Clone)]
struct Room<const C: usize> {
    /// The states of the rows of the block before.
    before: Aligned<[[f64; LANES]; C]>,
    /// Those of the chunk, if they are not the inputs.
    rows: Aligned<[[[f64; LANES]; CHUNK]; C]>,
    /// The parts of the blocks that a window reaches back and of the chunk.
    parts: Aligned<[Parts<C>; BLOCKS + CHUNK]>,
}

impl<R, const K: usize, const C: usize, const O: usize> Brief<R, K, C, O>
where
    R: Reduction<K, C, O>,
{
    /// Windows of 1 to 63 rows.
    pub fn new(n: usize, reduction: R) -> Self {
        let recent = Aligned([[[f64::NAN; LANES]; BLOCKS + 1]; C]);
        let room = Room {
            before: Aligned([[0.0; LANES]; C]),
            rows: Aligned([[[0.0; LANES]; CHUNK]; C]),
            parts: Aligned([[[[0.0; LANES]; C]; 2]; BLOCKS + CHUNK]),
        };
        let n = n.clamp(1, ROWS - 1);
        Self { n, reduction, before: n - 1, recent, room: Box::new(room) }
    }

    /// Gives whether all rows and results are finite.
    fn append_on(
        &mut self,
        processor: Processor,
        x: [&[f64]; K],
        outs: &mut [&mut Vec<f64>; O],
    ) -> bool {
        let rows = x[0].len();
        outs.iter_mut().for_each(|out| out.reserve(rows.next_multiple_of(LANES)));
        let mut finite = dispatch!(processor, simd => self.chunks(simd, x, outs));
        let missing = rows.min(self.before);
        self.before -= missing;
        for out in outs {
            let start = out.len() - rows.next_multiple_of(LANES);
            out.truncate(start + rows);
            out[start..start + missing].fill(f64::NAN);
        }
        finite &= missing == 0;
        finite
    }

    #[inline(always)]
    fn chunks<V: Simd>(&mut self, simd: V, x: [&[f64]; K], outs: &mut [&mut Vec<f64>; O]) -> bool {
        let (n, room) = (self.n, &mut *self.room);
        let first = BLOCKS - n / LANES;
        let recent = self.recent.0.each_ref();
        room.before.0 = recent.map(|blocks| blocks[BLOCKS]);
        let before = recent.map(|blocks| &blocks[first]);
        let reached = recent.map(|blocks| &blocks[first + 1..]);
        parts::<V, R::Join, C>(simd, n % LANES, &before, &reached, &mut room.parts.0[first..]);
        let (pieces, mut finite) = (Pieces::new(x, CHUNK), true);
        for start in pieces.starts() {
            let x = pieces.piece(start).0;
            let chunk = x[0].len();
            let states = match R::INPUTS {
                Some(inputs) => inputs.map(|k| x[k]),
                None => {
                    let mut states = room.rows.0.each_mut().map(|rows| &mut rows[..chunk]);
                    row_states(simd, &self.reduction, &x, &mut states);
                    room.rows.0.each_ref().map(|rows| &rows[..chunk])
                }
            };
            let (rest, before) = (n % LANES, room.before.0.each_ref());
            parts::<V, R::Join, C>(simd, rest, &before, &states, &mut room.parts.0[BLOCKS..]);
            room.before.0 = states.map(|rows| rows[chunk - 1]);
            finite &= tell::<V, R, K, C, O>(simd, &self.reduction, n, &x, &room.parts.0, outs);
            room.parts.0.copy_within(chunk + first..chunk + BLOCKS, first);
        }
        self.keep(simd, x);
        finite
    }

    /// Keeps the states of the last rows.
    #[inline(always)]
    fn keep<V: Simd>(&mut self, simd: V, x: [&[f64]; K]) {
        let new = x[0].len().min((BLOCKS + 1) * LANES);
        let mut last = [[[0.0; LANES]; BLOCKS + 1]; K];
        for (last, x) in last.iter_mut().zip(x) {
            last.as_flattened_mut()[..new].copy_from_slice(&x[x.len() - new..]);
        }
        let mut states = [[[0.0; LANES]; BLOCKS + 1]; C];
        let last = last.each_ref().map(<[_; BLOCKS + 1]>::as_slice);
        let mut rows = states.each_mut().map(<[_; BLOCKS + 1]>::as_mut_slice);
        row_states(simd, &self.reduction, &last, &mut rows);
        for (recent, states) in self.recent.0.iter_mut().zip(states) {
            let recent = recent.as_flattened_mut();
            recent.copy_within(new.., 0);
            let kept = recent.len() - new;
            recent[kept..].copy_from_slice(&states.as_flattened()[..new]);
        }
    }
}

/// Writes what a reduction tells of windows of `n` rows that end in some blocks, from the parts of those
/// and of the blocks that they reach back. Gives whether that and the rows are finite.
#[inline(never)]
fn tell<V: Simd, R: Reduction<K, C, O>, const K: usize, const C: usize, const O: usize>(
    simd: V,
    reduction: &R,
    n: usize,
    x: &Rows<'_, K>,
    parts: &[Parts<C>],
    outs: &mut [&mut Vec<f64>; O],
) -> bool {
    match n / LANES {
        0 => told::<V, R, K, C, O, 0>(simd, reduction, n, x, parts, outs),
        1 => told::<V, R, K, C, O, 1>(simd, reduction, n, x, parts, outs),
        2 => told::<V, R, K, C, O, 2>(simd, reduction, n, x, parts, outs),
        3 => told::<V, R, K, C, O, 3>(simd, reduction, n, x, parts, outs),
        4 => told::<V, R, K, C, O, 4>(simd, reduction, n, x, parts, outs),
        5 => told::<V, R, K, C, O, 5>(simd, reduction, n, x, parts, outs),
        6 => told::<V, R, K, C, O, 6>(simd, reduction, n, x, parts, outs),
        _ => told::<V, R, K, C, O, 7>(simd, reduction, n, x, parts, outs),
    }
}

/// What is told of windows of so many whole blocks and the rest.
#[inline(always)]
fn told<V, R, const K: usize, const C: usize, const O: usize, const WHOLE: usize>(
    simd: V,
    reduction: &R,
    n: usize,
    x: &Rows<'_, K>,
    parts: &[Parts<C>],
    outs: &mut [&mut Vec<f64>; O],
) -> bool
where
    V: Simd,
    R: Reduction<K, C, O>,
{
    simd.vectorize(
        #[inline(always)]
        || {
            let rest = n % LANES;
            let mut nothing = Block::splat(simd, 0.0);
            for (g, ending) in parts.windows(BLOCKS + 1).take(x[0].len()).enumerate() {
                let mut state = read(simd, ending[BLOCKS][usize::from(WHOLE > 0)].each_ref());
                for back in 1..WHOLE {
                    let older = read(simd, ending[BLOCKS - back][1].each_ref());
                    state = R::Join::joined(older, state, [LANES as f64, (back * LANES) as f64]);
                }
                if WHOLE > 0 && rest > 0 {
                    let older = read(simd, ending[BLOCKS - WHOLE][0].each_ref());
                    state = R::Join::joined(older, state, [rest as f64, (WHOLE * LANES) as f64]);
                }
                let last = read(simd, at(*x, g));
                let told = reduction.told(state, last);
                nothing = nothing + (Block::nothing(last) + Block::nothing(told));
                for o in 0..O {
                    let mut block = [0.0; LANES];
                    told[o].write(&mut block);
                    outs[o].extend_from_slice(&block);
                }
            }
            nothing.is_nothing()
        },
    )
}

impl<R, const K: usize, const C: usize, const O: usize> Kernel for Brief<R, K, C, O>
where
    R: Reduction<K, C, O>,
{
    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        // With the widest instructions that there are.
        Some(self.append_on(Processor::new(), *inputs.first_chunk()?, outputs.first_chunk_mut()?))
    }

    fn size(&self) -> usize {
        size_of::<Room<C>>()
    }
}

#[cfg(test)]
mod tests {
    use super::super::rolling::{line, linear_decay, mean, sum};
    use super::super::sums_checks::{Sums, Windows, same_bits, whole_sums};
    use super::*;

    impl Windows for Brief<Sums, 1, 2, 1> {
        fn push_on(&mut self, processor: Processor, x: &[f64], out: &mut [f64]) {
            let mut told = vec![];
            self.append_on(processor, [x], &mut [&mut told]);
            out.copy_from_slice(&told);
        }
    }

    #[test]
    fn every_processor_gives_the_same_bits_however_rows_come() {
        same_bits(1..ROWS, Brief::new);
    }

    #[test]
    fn windows_of_any_length() {
        (1..ROWS).for_each(|n| whole_sums(n, Brief::new));
    }

    #[test]
    fn rows_appended_are_those_pushed() {
        let x: Vec<f64> = (0..1000).map(|i| f64::from(i).sin()).collect();
        let kernel = || mean(30, 30);
        let mut appended = vec![7.0];
        let (mut whole, mut pushed) = (kernel(), vec![0.0; x.len()]);
        whole.push(&[&x], &mut [&mut pushed]);
        let mut pieces = kernel();
        for (i, x) in x.chunks(77).enumerate() {
            // There is no result for the first rows.
            assert_eq!(pieces.append(&[x], &mut [&mut appended]), Some(i > 0));
        }
        let bits = |x: &[f64]| x.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert_eq!((appended[0], bits(&appended[1..])), (7.0, bits(&pushed)));
    }

    #[test]
    fn the_result_of_a_row_that_is_no_number_is_none() {
        let kernels: [fn(usize) -> Box<dyn Kernel>; 4] =
            [|n| sum(n, n), |n| mean(n, n), linear_decay, |n| line(n, 0.0)];
        let wrong = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
        for (kernel, wrong) in kernels.iter().flat_map(|kernel| wrong.map(|wrong| (kernel, wrong)))
        {
            for n in [2, 7, 8, 30, 63] {
                for row in 0..200 {
                    let mut x = vec![1.0; 200];
                    x[row] = wrong;
                    // The next one may not bring it back.
                    x[(row + 1) % 200] = -wrong;
                    let mut out = vec![];
                    assert_eq!(kernel(n).append(&[&x], &mut [&mut out]), Some(false));
                }
            }
        }
    }
}
