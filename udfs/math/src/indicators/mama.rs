//! MESA adaptive moving average: m ← a·x + (1 − a)·m with a weight a that falls as the phase of the
//! dominant cycle turns faster, and the following average f ← (a/2)·m + (1 − a/2)·f. The first 32
//! rows have none.
//!
//! Ehlers (2001), MESA Adaptive Moving Averages, Stocks & Commodities 19(10).

use std::f64::consts::PI;

use super::cycle::Cycle;
use super::filter::{Filter, each_row};
use crate::kernel::Kernel;

/// Rows the smoother gets before the cycle is measured.
const SKIP: usize = 12;
/// Rows without a result.
const WARM_UP: usize = 32;

/// The adaptive average; outputs the average and the one that follows it.
#[derive(Debug, Clone)]
pub struct Mama {
    fast: f64,
    slow: f64,
    cycle: Cycle,
    phase: f64,
    mama: f64,
    fama: f64,
}

impl Mama {
    /// With weights from `slow` to `fast`, each 0.01 … 0.99.
    pub fn new(fast: f64, slow: f64) -> Self {
        Self { fast, slow, cycle: Cycle::new(SKIP), phase: 0.0, mama: 0.0, fama: 0.0 }
    }

    /// Takes the next value; gives both averages.
    pub fn both(&mut self, x: f64) -> Option<[f64; 2]> {
        let measure = self.cycle.update(x)?;
        let phase = match measure.in_phase {
            0.0 => 0.0,
            in_phase => (measure.quadrature / in_phase).atan() * (180.0 / PI),
        };
        let turned = std::mem::replace(&mut self.phase, phase) - phase;
        // A weight of `slow` at the least binds only where the phase turned by more than a degree.
        let weight = if turned > 1.0 { (self.fast / turned).max(self.slow) } else { self.fast };
        self.mama = weight * x + (1.0 - weight) * self.mama;
        self.fama = 0.5 * weight * self.mama + (1.0 - 0.5 * weight) * self.fama;
        (self.cycle.rows() > WARM_UP).then_some([self.mama, self.fama])
    }
}

impl Kernel for Mama {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[x]| self.both(x));
    }
}

/// The average alone, without the one that follows it.
#[derive(Debug, Clone)]
pub struct MamaLine(pub Mama);

impl Filter for MamaLine {
    fn update(&mut self, x: f64) -> Option<f64> {
        self.0.both(x).map(|[mama, _]| mama)
    }
}
