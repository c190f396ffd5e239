//! Kernels that work on some hundred rows at a time, which stay in the first cache from one step to the
//! next.

use crate::scan::all_at_least;

/// Rows that are worked on at once, at most.
pub const CHUNK: usize = 512;

/// [`Kernel::push`](crate::kernel::Kernel::push) of a kernel with one output, by chunks.
pub fn push<const I: usize>(
    inputs: &[&[f64]],
    outputs: &mut [&mut [f64]],
    mut chunk: impl FnMut([&[f64]; I], &mut [f64]),
) {
    let (Some(inputs), [out, ..]) = (inputs.first_chunk::<I>(), outputs) else { return };
    for (at, out) in out.chunks_mut(CHUNK).enumerate() {
        let rows = at * CHUNK..at * CHUNK + out.len();
        chunk(inputs.map(|input| &input[rows.clone()]), out);
    }
}

/// [`Kernel::append`](crate::kernel::Kernel::append), likewise.
pub fn append<const I: usize>(
    inputs: &[&[f64]],
    output: &mut Vec<f64>,
    mut chunk: impl FnMut([&[f64]; I], &mut [f64]),
) -> Option<bool> {
    let inputs = inputs.first_chunk::<I>()?;
    let rows = inputs.iter().map(|input| input.len()).min()?;
    output.reserve(rows);
    let mut out = [0.0; CHUNK];
    let mut finite = true;
    for start in (0..rows).step_by(CHUNK) {
        let end = rows.min(start + CHUNK);
        let (inputs, out) = (inputs.map(|input| &input[start..end]), &mut out[..end - start]);
        chunk(inputs, out);
        output.extend_from_slice(out);
        finite &= inputs.iter().chain([&&*out]).all(|x| all_at_least(x, f64::MIN));
    }
    Some(finite)
}
