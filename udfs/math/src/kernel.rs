//! What every kernel over one series is: rows go in oldest first, in pieces of any length, and each
//! row gives one value an output, from itself and the rows before it.

use fearless_simd::{Level as Processor, Simd};

use crate::dispatch::dispatch;

/// A kernel over the rows of one series; a new one is made for each series.
pub trait Kernel: Send {
    /// Takes the next rows: a slice an input, all of one length, of finite numbers. Writes as many
    /// values to each output; NaN is "no value", as before there are enough rows.
    ///
    /// How the rows are cut into pieces changes no bit of the result. A kernel does this, or appends.
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        let mut appended = vec![vec![]; outputs.len()];
        let finite = self.append(inputs, &mut appended.iter_mut().collect::<Vec<_>>());
        debug_assert!(finite.is_some(), "a kernel pushes or appends");
        for (output, appended) in outputs.iter_mut().zip(&appended) {
            output.copy_from_slice(appended);
        }
    }

    /// Takes the next rows, of any numbers, and appends as many values to each output: what a kernel
    /// that is as fast as memory should do, since clearing the outputs and looking at the inputs cost as
    /// much as itself. Gives whether all rows and results are finite. `None`: nothing is done, it only
    /// pushes.
    fn append(&mut self, _inputs: &[&[f64]], _outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        None
    }

    /// Bytes held between calls, beside the kernel itself.
    fn size(&self) -> usize {
        0
    }
}

impl Kernel for Box<dyn Kernel> {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        (**self).push(inputs, outputs);
    }

    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        (**self).append(inputs, outputs)
    }

    fn size(&self) -> usize {
        size_of_val(&**self) + (**self).size()
    }
}

/// Takes the next rows of a kernel within another one, and appends their values. Gives whether all rows
/// and results are known to be finite.
pub fn append(kernel: &mut dyn Kernel, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> bool {
    if let Some(finite) = kernel.append(inputs, outputs) {
        return finite;
    }
    let rows = inputs.first().map_or(0, |input| input.len());
    let grown = outputs.iter_mut().map(|output| {
        let start = output.len();
        output.resize(start + rows, 0.0);
        &mut output[start..]
    });
    kernel.push(inputs, &mut grown.collect::<Vec<_>>());
    false
}

/// A kernel of one input and one output, as a function from a row to its value.
#[derive(Debug)]
pub struct Each<F>(pub F);

impl<F: FnMut(f64) -> f64 + Send> Kernel for Each<F> {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        for (out, x) in outputs[0].iter_mut().zip(inputs[0]) {
            *out = (self.0)(*x);
        }
    }
}

/// The results of a kernel over a whole series, an output each.
pub fn run(kernel: &mut dyn Kernel, inputs: &[&[f64]], outputs: usize) -> Vec<Vec<f64>> {
    let rows = inputs.first().map_or(0, |input| input.len());
    let mut out = vec![vec![0.0; rows]; outputs];
    let mut slices: Vec<&mut [f64]> = out.iter_mut().map(Vec::as_mut_slice).collect();
    kernel.push(inputs, &mut slices);
    out
}

/// The last values of a series, by age. It takes no more room than there were values.
#[derive(Debug, Clone)]
pub struct Ring {
    values: Vec<f64>,
    capacity: usize,
    /// Where the next value goes once it is full: the oldest one's place.
    next: usize,
}

impl Ring {
    /// Room for the last `capacity ≥ 1` values.
    pub fn new(capacity: usize) -> Self {
        Self { values: Vec::new(), capacity: capacity.max(1), next: 0 }
    }

    /// Adds a value; gives the one that falls out once it is full.
    pub fn push(&mut self, value: f64) -> Option<f64> {
        if self.values.len() < self.capacity {
            self.values.push(value);
            return None;
        }
        let old = std::mem::replace(&mut self.values[self.next], value);
        self.next += 1;
        if self.next == self.capacity {
            self.next = 0;
        }
        Some(old)
    }

    /// Adds values, and writes what is `of` each and the one that falls out; NaN if none does.
    pub fn with_old(&mut self, values: &[f64], out: &mut [f64], of: impl Fn(f64, f64) -> f64) {
        // The values before come from here, later ones from the values themselves.
        let head = values.len().min(self.capacity);
        for (out, value) in out.iter_mut().zip(&values[..head]) {
            *out = self.push(*value).map_or(f64::NAN, |old| of(*value, old));
        }
        let (later, out) = (&values[head..], &mut out[head..values.len()]);
        dispatch!(Processor::new(), simd => simd.vectorize(#[inline(always)] || {
            for ((out, value), old) in out.iter_mut().zip(later).zip(values) {
                *out = of(*value, *old);
            }
        }));
        values[values.len().saturating_sub(self.capacity).max(head)..].iter().for_each(|value| {
            self.push(*value);
        });
    }

    /// The value pushed `age` values ago; 0 is the last one. `age` must be below [`Self::len`].
    pub fn ago(&self, age: usize) -> f64 {
        let n = self.values.len();
        let i = self.next + n - 1 - age;
        self.values[if i >= n { i - n } else { i }]
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Whether all its room is taken.
    pub fn is_full(&self) -> bool {
        self.values.len() == self.capacity
    }

    /// The values, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = f64> + '_ {
        (0..self.len()).rev().map(|age| self.ago(age))
    }

    /// Bytes it holds.
    pub fn size(&self) -> usize {
        self.values.capacity() * size_of::<f64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "a kernel pushes or appends")]
    fn a_kernel_that_does_neither_is_noticed() {
        struct Neither;
        impl Kernel for Neither {}
        Neither.push(&[&[1.0]], &mut [&mut [0.0]]);
    }

    #[test]
    fn one_that_only_pushes_is_appended_to() {
        let mut out = vec![7.0];
        assert!(!append(&mut Each(|x| 2.0 * x), &[&[1.0, 2.0]], &mut [&mut out]));
        assert_eq!(out, [7.0, 2.0, 4.0]);
    }

    #[test]
    fn a_ring_keeps_the_last() {
        let mut ring = Ring::new(3);
        assert!(ring.is_empty());
        assert_eq!([1.0, 2.0, 3.0].map(|x| ring.push(x)), [None; 3]);
        assert_eq!(ring.push(4.0), Some(1.0));
        assert_eq!((ring.ago(0), ring.ago(2), ring.is_full()), (4.0, 2.0, true));
        assert_eq!(ring.iter().collect::<Vec<_>>(), [2.0, 3.0, 4.0]);
    }
}
