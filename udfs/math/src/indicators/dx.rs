//! Directional movement index: |+DI − −DI| / (+DI + −DI) · 100, Wilder (1978), section IV.

use super::directional_movement::DirectionalMovement;
use super::filter::each_row;
use crate::kernel::Kernel;

/// The index over `n` rows, 0 … 100; `n` rows of warm-up. Where nothing moved it keeps its value, at
/// first 0.
#[derive(Debug, Clone)]
pub struct Dx {
    state: DirectionalMovement,
    n: usize,
    last: f64,
}

impl Dx {
    /// An index over `n ≥ 2` rows.
    pub fn new(n: usize) -> Self {
        Self { state: DirectionalMovement::new(n), n, last: 0.0 }
    }
}

impl Kernel for Dx {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[high, low, close]| {
            let sums = self.state.update(high, low, close);
            if self.state.changes() < self.n {
                return None;
            }
            self.last = sums.and_then(|sums| sums.dx()).unwrap_or(self.last);
            Some([self.last])
        });
    }
}
