//! A kernel whose results another one takes, by chunks.

use crate::kernel::{Kernel, append};

/// A kernel of one output with room for the results of a chunk.
pub struct Stage {
    kernel: Box<dyn Kernel>,
    room: Vec<f64>,
}

impl Stage {
    /// Of a kernel that is new.
    pub fn new(kernel: Box<dyn Kernel>) -> Self {
        Self { kernel, room: vec![] }
    }

    /// Takes the next rows; gives their results.
    pub fn next(&mut self, inputs: &[&[f64]]) -> &[f64] {
        self.room.clear();
        append(&mut *self.kernel, inputs, &mut [&mut self.room]);
        &self.room
    }

    /// Bytes held between calls, beside itself.
    pub fn size(&self) -> usize {
        size_of_val(&*self.kernel) + self.kernel.size() + self.room.capacity() * size_of::<f64>()
    }
}
