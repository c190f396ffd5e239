//! Sums over the last n < 64 rows, plain and weighted by position, where each row has a value.
//!
//! A window is put together from the windows of eight rows that it ends with, whole blocks of eight rows
//! apart, and the rest of it, up to seven rows, which is the oldest. As in `dense.rs` nothing is ever
//! subtracted, a result depends on the rows of its window only, and a row without a value is NaN, as are
//! the rows before the first.

use fearless_simd::{Level as Processor, Simd, dispatch};

use super::block::Block;
use super::dense::Told;
use super::history::LANES;
use super::number::Number as _;
use super::short::{Short, joined};
use crate::kernel::Kernel;

/// Whole blocks that a window reaches back, at most.
const BLOCKS: usize = 8;
/// Windows are shorter.
pub const ROWS: usize = BLOCKS * LANES;
/// Blocks that are worked on at once: what they are made into stays in the first cache.
const CHUNK: usize = 32;

/// The sums of windows of `n` rows.
#[derive(Debug, Clone)]
pub struct Brief<T, const C: usize> {
    n: usize,
    told: T,
    /// The last rows.
    recent: [[f64; LANES]; BLOCKS + 1],
}

/// At the rows of a block, the sums of the window's rest, and of eight rows.
type Parts<const C: usize> = [[[f64; LANES]; C]; 2];

/// Those of the blocks before a chunk and of the chunk, in whole lines of the cache.
#[repr(align(64))]
struct Sums<const C: usize>([Parts<C>; BLOCKS + CHUNK]);

impl<T: Told<C>, const C: usize> Brief<T, C> {
    /// Windows of 1 to 63 rows.
    pub fn new(n: usize, told: T) -> Self {
        Self { n: n.clamp(1, ROWS - 1), told, recent: [[f64::NAN; LANES]; BLOCKS + 1] }
    }

    /// Gives whether all results are finite.
    fn push_on(&mut self, processor: Processor, x: &[f64], out: &mut impl Rows) -> bool {
        let finite = dispatch!(processor, simd => self.chunks(simd, x, out));
        let recent = self.recent.as_flattened_mut();
        let new = x.len().min(recent.len());
        recent.copy_within(new.., 0);
        let kept = recent.len() - new;
        recent[kept..].copy_from_slice(&x[x.len() - new..]);
        finite
    }

    #[inline(always)]
    fn chunks<V: Simd>(&self, simd: V, x: &[f64], out: &mut impl Rows) -> bool {
        let mut sums = Sums([[[[0.0; LANES]; C]; 2]; BLOCKS + CHUNK]);
        // As many blocks before a chunk as a window reaches back.
        let first = BLOCKS - self.n / LANES;
        self.parts(simd, &self.recent[first], &self.recent[first + 1..], &mut sums.0[first..]);
        let mut before = &self.recent[BLOCKS];
        let mut finite = true;
        let (whole, end) = x.as_chunks();
        for x in whole.chunks(CHUNK) {
            self.parts(simd, before, x, &mut sums.0[BLOCKS..]);
            finite &= self.windows(simd, &sums.0[..BLOCKS + x.len()], out);
            sums.0.copy_within(x.len() + first..x.len() + BLOCKS, first);
            before = x.last().unwrap_or(before);
        }
        if !end.is_empty() {
            let mut padded = [[0.0; LANES]];
            padded[0][..end.len()].copy_from_slice(end);
            self.parts(simd, before, &padded, &mut sums.0[BLOCKS..]);
            let mut last = Vec::with_capacity(LANES);
            finite &= self.windows(simd, &sums.0[..=BLOCKS], &mut last);
            out.put(&last[..end.len()]);
        }
        finite
    }

    #[inline(always)]
    fn parts<V: Simd>(
        &self,
        simd: V,
        before: &[f64; LANES],
        x: &[[f64; LANES]],
        sums: &mut [Parts<C>],
    ) {
        match self.n % LANES {
            0 => parts::<V, C, 0>(simd, before, x, sums),
            1 => parts::<V, C, 1>(simd, before, x, sums),
            2 => parts::<V, C, 2>(simd, before, x, sums),
            3 => parts::<V, C, 3>(simd, before, x, sums),
            4 => parts::<V, C, 4>(simd, before, x, sums),
            5 => parts::<V, C, 5>(simd, before, x, sums),
            6 => parts::<V, C, 6>(simd, before, x, sums),
            _ => parts::<V, C, 7>(simd, before, x, sums),
        }
    }

    #[inline(always)]
    fn windows<V: Simd>(&self, simd: V, sums: &[Parts<C>], out: &mut impl Rows) -> bool {
        match self.n / LANES {
            0 => self.windows_of::<V, 0>(simd, sums, out),
            1 => self.windows_of::<V, 1>(simd, sums, out),
            2 => self.windows_of::<V, 2>(simd, sums, out),
            3 => self.windows_of::<V, 3>(simd, sums, out),
            4 => self.windows_of::<V, 4>(simd, sums, out),
            5 => self.windows_of::<V, 5>(simd, sums, out),
            6 => self.windows_of::<V, 6>(simd, sums, out),
            _ => self.windows_of::<V, 7>(simd, sums, out),
        }
    }

    /// Writes what is told of windows of `WHOLE` blocks and the rest. Gives whether all of it is finite.
    #[inline(always)]
    fn windows_of<V: Simd, const WHOLE: usize>(
        &self,
        simd: V,
        sums: &[Parts<C>],
        out: &mut impl Rows,
    ) -> bool {
        simd.vectorize(
            #[inline(always)]
            || {
                let rest = self.n % LANES;
                // Nothing times what is told: NaN once that is not finite.
                let mut nothing = Block::splat(simd, 0.0);
                for ending in sums.windows(BLOCKS + 1) {
                    let mut sums = read(simd, &ending[BLOCKS][usize::from(WHOLE > 0)]);
                    for back in 1..WHOLE {
                        sums = joined(read(simd, &ending[BLOCKS - back][1]), sums, LANES as f64);
                    }
                    if WHOLE > 0 && rest > 0 {
                        let older = read(simd, &ending[BLOCKS - WHOLE][0]);
                        sums = joined(older, sums, rest as f64);
                    }
                    let told = self.told.told(sums);
                    nothing = told.times_plus(0.0, nothing);
                    let mut block = [0.0; LANES];
                    told.write(&mut block);
                    out.put(&block);
                }
                let mut block = [0.0; LANES];
                nothing.write(&mut block);
                block == [0.0; LANES]
            },
        )
    }
}

impl<T: Told<C>, const C: usize> Kernel for Brief<T, C> {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        if let ([x, ..], [out, ..]) = (inputs, outputs) {
            // With the widest instructions that there are.
            self.push_on(Processor::new(), x, &mut &mut **out);
        }
    }

    fn append(&mut self, inputs: &[&[f64]], output: &mut Vec<f64>) -> Option<bool> {
        let [x, ..] = inputs else { return None };
        output.reserve(x.len());
        Some(self.push_on(Processor::new(), x, output))
    }
}

/// Where the next rows are written.
trait Rows {
    fn put(&mut self, rows: &[f64]);
}

impl Rows for Vec<f64> {
    #[inline(always)]
    fn put(&mut self, rows: &[f64]) {
        self.extend_from_slice(rows);
    }
}

impl Rows for &mut [f64] {
    #[inline(always)]
    fn put(&mut self, rows: &[f64]) {
        if let Some(place) = self.split_off_mut(..rows.len()) {
            place.copy_from_slice(rows);
        }
    }
}

/// The sums of `REST` rows and of eight at each row of some blocks; one comes before them.
#[inline(always)]
fn parts<V: Simd, const C: usize, const REST: usize>(
    simd: V,
    before: &[f64; LANES],
    x: &[[f64; LANES]],
    sums: &mut [Parts<C>],
) {
    simd.vectorize(
        #[inline(always)]
        || {
            let mut short = Short::<V, C>::new(simd);
            short.next::<REST>(Block::read(simd, before));
            for (x, sums) in x.iter().zip(sums) {
                let parts = short.next::<REST>(Block::read(simd, x));
                for part in 0..2 {
                    for c in 0..C {
                        parts[part][c].write(&mut sums[part][c]);
                    }
                }
            }
        },
    );
}

#[inline(always)]
fn read<V: Simd, const C: usize>(simd: V, from: &[[f64; LANES]; C]) -> [Block<V>; C] {
    let mut columns = [Block::splat(simd, 0.0); C];
    for c in 0..C {
        columns[c] = Block::read(simd, &from[c]);
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::super::rolling::{line, linear_decay, mean, sum};
    use super::super::sums_checks::{Sums, Windows, same_bits, whole_sums};
    use super::*;

    impl Windows for Brief<Sums, 2> {
        fn push_on(&mut self, processor: Processor, x: &[f64], mut out: &mut [f64]) {
            self.push_on(processor, x, &mut out);
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
        let kernel = || Brief::<_, 1>::new(30, Plain);
        let mut appended = vec![7.0];
        let (mut whole, mut pushed) = (kernel(), vec![0.0; x.len()]);
        whole.push(&[&x], &mut [&mut pushed]);
        let mut pieces = kernel();
        for (i, x) in x.chunks(77).enumerate() {
            // There is no result for the first rows.
            assert_eq!(pieces.append(&[x], &mut appended), Some(i > 0));
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
                    assert_eq!(kernel(n).append(&[&x], &mut out), Some(false));
                    assert!(!out[row].is_finite(), "{wrong} in row {row}, {n} rows: {}", out[row]);
                }
            }
        }
    }

    struct Plain;

    impl Told<1> for Plain {
        fn told<N: crate::rolling::Number>(&self, [sum]: [N; 1]) -> N {
            sum
        }
    }
}
