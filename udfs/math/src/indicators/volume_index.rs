//! Negative and positive volume index: 1000, moved by the return of each row whose volume is below
//! (or above) the volume before. A close before of 0 has no return and moves nothing.
//!
//! Dysart; Fosback (1976), Stock Market Logic.

use fearless_simd::{Level as Processor, Simd};

use super::lookback::Lookback;
use super::running::{self, Running};
use crate::dispatch::dispatch;
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
    close: Lookback,
    volume: Lookback,
    index: f64,
}

impl VolumeIndex {
    /// Before the first row.
    pub fn new(side: Side) -> Self {
        // Before the first row there is no return.
        let none = Lookback::new(1, 0.0);
        Self { side, close: none.clone(), volume: none, index: 1000.0 }
    }
}

impl Running<2> for VolumeIndex {
    type Level = f64;

    fn added(&mut self, [close, volume]: [&[f64]; 2], out: &mut [f64]) {
        self.close.take(close);
        self.volume.take(volume);
        // Volumes compare as their negatives do the other way round.
        let sign = if self.side == Side::More { 1.0 } else { -1.0 };
        dispatch!(Processor::new(), simd => simd.vectorize(#[inline(always)] || {
            let volumes = self.volume.values().array_windows();
            let rows = self.close.values().array_windows().zip(volumes);
            for (out, ([before, close], [volume_before, volume])) in out.iter_mut().zip(rows) {
                let moved = sign * volume > sign * volume_before;
                let change = if moved { (close - before) / before } else { 0.0 };
                *out = if *before == 0.0 { 0.0 } else { change };
            }
        }));
    }

    fn level(&mut self) -> &mut f64 {
        &mut self.index
    }

    #[inline(always)]
    fn next(level: &mut f64, added: f64, _: [f64; 2]) -> f64 {
        *level += *level * added;
        *level
    }
}

impl Kernel for VolumeIndex {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        running::push(self, inputs, outputs);
    }

    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        let [output, ..] = outputs else { return None };
        running::append(self, inputs, output)
    }

    fn size(&self) -> usize {
        self.close.size() + self.volume.size()
    }
}
