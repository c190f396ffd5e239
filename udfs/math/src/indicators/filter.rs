//! A kernel of one input and one output that works a row at a time, so that filters chain.

use crate::kernel::Kernel;

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

    /// [`Kernel::append`].
    fn append(&mut self, _x: &[f64], _output: &mut Vec<f64>) -> Option<bool> {
        None
    }

    /// Bytes held between calls, beside the filter itself.
    fn bytes(&self) -> usize {
        0
    }
}

impl Filter for Box<dyn Filter> {
    fn update(&mut self, x: f64) -> Option<f64> {
        (**self).update(x)
    }

    fn fill(&mut self, x: &[f64], out: &mut [f64]) {
        (**self).fill(x, out);
    }

    fn append(&mut self, x: &[f64], output: &mut Vec<f64>) -> Option<bool> {
        (**self).append(x, output)
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

    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        let ([x, ..], [output, ..]) = (inputs, outputs) else { return None };
        Filter::append(self, x, output)
    }

    fn size(&self) -> usize {
        self.bytes()
    }
}

/// [`Filter::update`] of a filter that is made for many rows.
pub fn update_by_fill(filter: &mut impl Filter, x: f64) -> Option<f64> {
    let mut out = [f64::NAN];
    filter.fill(&[x], &mut out);
    let [value] = out;
    (!value.is_nan()).then_some(value)
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
