//! Directional movement index: |+DI − −DI| / (+DI + −DI) · 100, Wilder (1978), section IV.

use super::chain::{self, Chain};
use super::directional_movement::DirectionalMovement;
use super::rows::{Rows, Wait};
use crate::kernel::Kernel;

/// The index over `n` rows, 0 … 100; `n` rows of warm-up. Where nothing moved it keeps its value, at
/// first 0.
#[derive(Debug, Clone)]
pub struct Dx {
    moved: MovedDx,
    wait: Wait,
    last: f64,
}

impl Dx {
    /// An index over `n ≥ 2` rows.
    pub fn new(n: usize) -> Self {
        Self { moved: MovedDx::new(n), wait: Wait(n), last: 0.0 }
    }
}

impl Kernel for Dx {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        chain::push(&mut self.moved, inputs, outputs);
        let [out, ..] = outputs else { return };
        let begin = self.wait.over(out);
        let mut last = self.last;
        for index in &mut out[begin..] {
            last = if index.is_nan() { last } else { *index };
            *index = last;
        }
        self.last = last;
    }
}

/// The index over `n` rows where something moved; NaN where nothing did, and in the first `n` rows.
#[derive(Debug, Clone)]
pub struct MovedDx(DirectionalMovement);

impl MovedDx {
    /// An index over `n ≥ 2` rows.
    pub fn new(n: usize) -> Self {
        Self(DirectionalMovement::new(n))
    }
}

impl Chain<3, 1> for MovedDx {
    fn is_warm(&self) -> bool {
        self.0.is_warm()
    }

    #[inline(always)]
    fn next<N: Rows>(&mut self, level: N::Level, bar: [N; 3]) -> Option<[N; 1]> {
        Some([self.0.later(level, bar)?.dx()])
    }
}
