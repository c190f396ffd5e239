//! Pearson's correlation of the last `n` pairs; 0 where one of the two does not move. The first
//! n − 1 rows have none.

use super::comoments::Comoments;
use super::filter::each_row;
use crate::kernel::Kernel;

/// The correlation of two series.
#[derive(Debug, Clone)]
pub struct Correl {
    moments: Comoments,
}

impl Correl {
    /// Over `n ≥ 1` pairs.
    pub fn new(n: usize) -> Self {
        Self { moments: Comoments::new(n) }
    }

    fn update(&mut self, x: f64, y: f64) -> Option<f64> {
        let m = self.moments.update(x, y)?;
        let scale = m.xx * m.yy;
        Some(if scale > 0.0 { (m.xy / scale.sqrt()).clamp(-1.0, 1.0) } else { 0.0 })
    }
}

impl Kernel for Correl {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[x, y]| self.update(x, y).map(|r| [r]));
    }

    fn size(&self) -> usize {
        self.moments.bytes()
    }
}
