//! Some hundred rows at a time, so that what a kernel writes between its stages stays in the first
//! cache.

use fearless_simd::{Level as Processor, Simd};

use crate::dispatch::dispatch;
use crate::scan::all_at_least;

/// Rows that are worked on at once.
pub const ROWS: usize = 1024;

/// Rows that are worked on at once by a kernel with windows of `n` rows: as many as a long window has,
/// since as many are moved after each piece.
pub fn rows(n: usize) -> usize {
    ROWS.max(n)
}

/// Hands pieces of rows to `work`, the oldest first, which writes as many to each output; a piece has
/// so many rows at most.
pub fn each<const I: usize, const O: usize>(
    most: usize,
    inputs: &[&[f64]],
    outputs: &mut [&mut [f64]],
    mut work: impl FnMut([&[f64]; I], [&mut [f64]; O]),
) {
    let (Some(inputs), Some(outputs)) = (inputs.first_chunk::<I>(), outputs.first_chunk_mut::<O>())
    else {
        debug_assert!(false, "{I} inputs and {O} outputs were promised");
        return;
    };
    let rows = inputs.iter().map(|input| input.len()).min().unwrap_or(0);
    for start in (0..rows).step_by(most) {
        let piece = start..rows.min(start + most);
        work(
            inputs.map(|input| &input[piece.clone()]),
            outputs.each_mut().map(|output| &mut output[piece.clone()]),
        );
    }
}

/// Room for what is made of a piece of rows, for one that has so many rows at most.
pub fn scratch(most: usize, inputs: &[&[f64]]) -> Vec<f64> {
    vec![0.0; inputs.iter().map(|input| input.len()).min().unwrap_or(0).min(most)]
}

/// Makes a vector so many rows longer; gives those.
pub fn grown(output: &mut Vec<f64>, rows: usize) -> &mut [f64] {
    let start = output.len();
    output.resize(start + rows, 0.0);
    &mut output[start..]
}

/// What [`crate::kernel::Kernel::append`] does, by `work` that writes pieces of rows: what it reads and
/// writes is looked at while it is in the first cache. Gives whether all of it is finite.
pub fn append<const I: usize>(
    most: usize,
    inputs: &[&[f64]],
    output: &mut Vec<f64>,
    mut work: impl FnMut([&[f64]; I], &mut [f64]),
) -> bool {
    let mut finite = true;
    each(most, inputs, &mut [], |inputs: [&[f64]; I], []| {
        let out = grown(output, inputs[0].len());
        work(inputs, out);
        finite &= inputs.iter().all(|x| all_at_least(x, f64::MIN)) & all_at_least(out, f64::MIN);
    });
    finite
}

/// Hands pieces of rows to `work`, the oldest first, which appends as many results and gives whether all of
/// it is known to be finite. What [`crate::kernel::Kernel::append`] gives.
pub fn append_each<const I: usize>(
    most: usize,
    inputs: &[&[f64]],
    mut work: impl FnMut([&[f64]; I]) -> bool,
) -> Option<bool> {
    let mut finite = true;
    each(most, inputs, &mut [], |inputs, []| finite &= work(inputs));
    Some(finite)
}

/// Writes what is `of` the values of each row of two columns.
#[inline]
pub fn map([first, second]: [&[f64]; 2], out: &mut [f64], of: impl Fn([f64; 2]) -> f64) {
    dispatch!(Processor::new(), simd => simd.vectorize(
        #[inline(always)]
        || {
            for ((out, first), second) in out.iter_mut().zip(first).zip(second) {
                *out = of([*first, *second]);
            }
        },
    ));
}

/// The first row that has a value, if it is a line that has one in each later row.
pub fn begin(line: &[f64]) -> usize {
    line.iter().position(|value| !value.is_nan()).unwrap_or(line.len())
}
