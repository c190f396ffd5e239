//! A kernel of one input and one output that works a row at a time, so that filters chain.

use fearless_simd::{Level as Processor, Simd, dispatch};

use crate::kernel::Kernel;
use crate::rolling::{Block, LANES};

/// From the next value of a series to that row's result; `None` as long as there is none.
pub trait Filter: Send {
    /// Takes the next value.
    fn update(&mut self, x: f64) -> Option<f64>;

    /// Takes the next values, and writes as many; NaN for `None`.
    fn fill(&mut self, x: &[f64], out: &mut [f64]) {
        for (out, x) in out.iter_mut().zip(x) {
            *out = self.update(*x).unwrap_or(f64::NAN);
        }
    }

    /// Bytes held between calls, beside the filter itself.
    fn bytes(&self) -> usize {
        0
    }
}

impl<T: Filter + ?Sized> Filter for Box<T> {
    fn update(&mut self, x: f64) -> Option<f64> {
        (**self).update(x)
    }

    fn fill(&mut self, x: &[f64], out: &mut [f64]) {
        (**self).fill(x, out);
    }

    fn bytes(&self) -> usize {
        size_of_val(&**self) + (**self).bytes()
    }
}

impl<T: Filter> Kernel for T {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        if let ([x, ..], [out, ..]) = (inputs, outputs) {
            self.fill(x, out);
        }
    }

    fn size(&self) -> usize {
        self.bytes()
    }
}

/// A filter that is faster over eight rows at once, from a row on that begins them.
pub trait Blocks: Filter + Clone {
    /// Whether the next row does.
    fn is_between(&self) -> bool;

    /// Takes the rows; gives what [`Filter::update`] would.
    fn block<V: Simd>(&mut self, simd: V, x: Block<V>) -> Block<V>;

    /// [`Filter::fill`] by blocks.
    fn fill_blocks(&mut self, x: &[f64], out: &mut [f64]) {
        let rows = x.len().min(out.len());
        let row = |filter: &mut Self, i: usize, out: &mut [f64]| {
            out[i] = filter.update(x[i]).unwrap_or(f64::NAN);
        };
        let mut next = 0;
        while next < rows && !self.is_between() {
            row(self, next, out);
            next += 1;
        }
        let blocks = x[next..rows].as_chunks().0;
        let filled = out[next..rows].as_chunks_mut().0;
        dispatch!(Processor::new(), simd => simd.vectorize(
            #[inline(always)]
            || {
                // What is its own stays in registers.
                let mut filter = self.clone();
                for (out, x) in filled.iter_mut().zip(blocks) {
                    filter.block(simd, Block::read(simd, x)).write(out);
                }
                *self = filter;
            },
        ));
        for i in next + blocks.len() * LANES..rows {
            row(self, i, out);
        }
    }
}

/// Hands the rows of `inputs` to `update`, oldest first, and writes what it gives; NaN for `None`.
pub fn each_row<const I: usize, const O: usize>(
    inputs: &[&[f64]],
    outputs: &mut [&mut [f64]],
    mut update: impl FnMut([f64; I]) -> Option<[f64; O]>,
) {
    let (Some(inputs), Some(outputs)) = (inputs.first_chunk::<I>(), outputs.first_chunk_mut::<O>())
    else {
        debug_assert!(false, "{I} inputs and {O} outputs were promised");
        return;
    };
    let rows = inputs.iter().map(|input| input.len()).min().unwrap_or(0);
    for row in 0..rows {
        let values = update(inputs.map(|input| input[row])).unwrap_or([f64::NAN; O]);
        for (output, value) in outputs.iter_mut().zip(values) {
            output[row] = value;
        }
    }
}
