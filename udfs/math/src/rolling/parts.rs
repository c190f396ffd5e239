//! What windows are put together from: at each row the states of windows of eight rows, and of those up
//! to seven that a longer window has beside whole eights.

use fearless_simd::Simd;

use super::block::{Rows, at, read};
use super::history::LANES;
use super::reduction::{Join, Reduction};
use super::short::Short;

/// At the rows of a block, the states of the window's rest, and of eight rows.
pub type Parts<const C: usize> = [[[f64; LANES]; C]; 2];

/// The states of single rows of some blocks.
#[inline(always)]
pub fn row_states<V, R, const K: usize, const C: usize, const O: usize>(
    simd: V,
    reduction: &R,
    x: &Rows<'_, K>,
    states: &mut [&mut [[f64; LANES]]; C],
) where
    V: Simd,
    R: Reduction<K, C, O>,
{
    simd.vectorize(
        #[inline(always)]
        || {
            for g in 0..x[0].len() {
                let row = reduction.row(read(simd, at(*x, g)));
                for c in 0..C {
                    row[c].write(&mut states[c][g]);
                }
            }
        },
    );
}

/// The parts of some blocks, of whose windows `rest` rows are beside whole eights; one block comes before
/// them.
// Not inlined: how windows are joined is compiled once for each of few ways, apart from what single rows are
// made into and what is told of windows. What it is given is not copied, since copies of what was just written
// wait for all that is on its way to memory.
#[inline(never)]
pub fn parts<V: Simd, J: Join<C>, const C: usize>(
    simd: V,
    rest: usize,
    before: &[&[f64; LANES]; C],
    rows: &Rows<'_, C>,
    parts: &mut [Parts<C>],
) {
    match rest {
        0 => parts_of::<V, J, C, 0>(simd, before, rows, parts),
        1 => parts_of::<V, J, C, 1>(simd, before, rows, parts),
        2 => parts_of::<V, J, C, 2>(simd, before, rows, parts),
        3 => parts_of::<V, J, C, 3>(simd, before, rows, parts),
        4 => parts_of::<V, J, C, 4>(simd, before, rows, parts),
        5 => parts_of::<V, J, C, 5>(simd, before, rows, parts),
        6 => parts_of::<V, J, C, 6>(simd, before, rows, parts),
        _ => parts_of::<V, J, C, 7>(simd, before, rows, parts),
    }
}

#[inline(always)]
fn parts_of<V: Simd, J: Join<C>, const C: usize, const REST: usize>(
    simd: V,
    before: &[&[f64; LANES]; C],
    rows: &Rows<'_, C>,
    parts: &mut [Parts<C>],
) {
    simd.vectorize(
        #[inline(always)]
        || {
            let mut short = Short::<V, C>::new(simd);
            short.next::<J, REST>(read(simd, *before));
            for g in 0..rows[0].len() {
                let next = short.next::<J, REST>(read(simd, at(*rows, g)));
                for part in 0..2 {
                    for c in 0..C {
                        next[part][c].write(&mut parts[g][part][c]);
                    }
                }
            }
        },
    );
}
