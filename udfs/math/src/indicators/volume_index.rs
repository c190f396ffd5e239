//! Negative and positive volume index: 1000, moved by the return of each row whose volume is below
//! (or above) the volume before. A close before of 0 has no return and moves nothing.
//!
//! Dysart; Fosback (1976), Stock Market Logic.

use super::filter::each_row;
use crate::kernel::Kernel;

/// Which rows move the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Those with less volume than the row before: the negative volume index.
    Less,
    /// Those with more volume than the row before: the positive volume index.
    More,
}

/// The index; inputs close, volume. Every row has a value, the first one 1000.
#[derive(Debug, Clone)]
pub struct VolumeIndex {
    side: Side,
    before: Option<(f64, f64)>,
    index: f64,
}

impl VolumeIndex {
    /// Before the first row.
    pub fn new(side: Side) -> Self {
        Self { side, before: None, index: 1000.0 }
    }

    fn update(&mut self, close: f64, volume: f64) -> f64 {
        if let Some((close_before, volume_before)) = self.before.replace((close, volume)) {
            let counts = match self.side {
                Side::Less => volume < volume_before,
                Side::More => volume > volume_before,
            };
            if counts && close_before != 0.0 {
                self.index += self.index * ((close - close_before) / close_before);
            }
        }
        self.index
    }
}

impl Kernel for VolumeIndex {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[close, volume]| Some([self.update(close, volume)]));
    }
}
