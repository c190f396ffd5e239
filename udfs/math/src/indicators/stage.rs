//! A kernel whose results another one takes, by chunks.

use crate::kernel::{Kernel, append};

/// A kernel of `O` outputs with room for the results of a chunk.
pub struct Stage<const O: usize = 1> {
    kernel: Box<dyn Kernel>,
    room: [Vec<f64>; O],
}

impl<const O: usize> Stage<O> {
    /// Of a kernel that is new.
    pub fn new(kernel: Box<dyn Kernel>) -> Self {
        Self { kernel, room: [const { Vec::new() }; O] }
    }

    /// Takes the next rows; gives their results.
    pub fn next(&mut self, inputs: &[&[f64]]) -> [&[f64]; O] {
        self.room.iter_mut().for_each(Vec::clear);
        append(&mut *self.kernel, inputs, &mut self.room.each_mut());
        self.room.each_ref().map(Vec::as_slice)
    }

    /// Bytes held between calls, beside itself.
    pub fn size(&self) -> usize {
        let room: usize = self.room.iter().map(Vec::capacity).sum();
        self.kernel.size() + room * size_of::<f64>()
    }
}
