//! MESA adaptive moving average: m ← a·x + (1 − a)·m with a weight a that falls as the phase of the
//! dominant cycle turns faster, and the following average f ← (a/2)·m + (1 − a/2)·f. The first 32
//! rows have none.
//!
//! Ehlers (2001), MESA Adaptive Moving Averages, Stocks & Commodities 19(10).

use std::f64::consts::PI;

use fearless_simd::{Level as Processor, Simd};

use super::arctangent::arctangent;
use super::chunk;
use super::cycle::{CHUNK, Cycle};
use crate::dispatch::dispatch;
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
    /// Rows without a result, yet to come.
    warm_up: usize,
    phase: f64,
    mama: f64,
    fama: f64,
}

impl Mama {
    /// With weights from `slow` to `fast`, each 0.01 … 0.99.
    pub fn new(fast: f64, slow: f64) -> Self {
        let cycle = Cycle::new(SKIP);
        Self { fast, slow, cycle, warm_up: WARM_UP, phase: 0.0, mama: 0.0, fama: 0.0 }
    }

    /// Takes the next rows, up to [`CHUNK`]; writes both averages.
    fn chunk(&mut self, x: &[f64], averages: [&mut [f64]; 2]) {
        let mut weights = [0.0; CHUNK];
        self.weights(x, &mut weights[..x.len()]);
        let [mamas, famas] = averages;
        let (mut mama, mut fama) = (self.mama, self.fama);
        for (((x, weight), out), following) in
            x.iter().zip(weights).zip(mamas.iter_mut()).zip(famas.iter_mut())
        {
            mama = weight * x + (1.0 - weight) * mama;
            fama = 0.5 * weight * mama + (1.0 - 0.5 * weight) * fama;
            (*out, *following) = (mama, fama);
        }
        (self.mama, self.fama) = (mama, fama);
        let none = self.warm_up.min(x.len());
        mamas[..none].fill(f64::NAN);
        famas[..none].fill(f64::NAN);
        self.warm_up -= none;
    }

    /// The weights of the next rows, 0 before there is a cycle.
    fn weights(&mut self, x: &[f64], weights: &mut [f64]) {
        let cycle = self.cycle.measure(x);
        // The phase of the row before, then of each row.
        let mut phases = [self.phase; CHUNK + 1];
        let (fast, slow) = (self.fast, self.slow);
        dispatch!(Processor::new(), simd => simd.vectorize(#[inline(always)] || {
            let parts = cycle.quadrature.iter().zip(cycle.in_phase);
            for (phase, (quadrature, in_phase)) in phases[1..].iter_mut().zip(parts) {
                let degrees = arctangent(*quadrature, *in_phase) * (180.0 / PI);
                *phase = if *in_phase == 0.0 { 0.0 } else { degrees };
            }
            let turned = phases.iter().zip(&phases[1..]).map(|(before, phase)| before - phase);
            for ((weight, turned), period) in weights.iter_mut().zip(turned).zip(cycle.period) {
                // A weight of `slow` at the least binds only where the phase turned by more than a degree.
                let slowed = if fast / turned > slow { fast / turned } else { slow };
                let now = if turned > 1.0 { slowed } else { fast };
                *weight = if *period > 0.0 { now } else { 0.0 };
            }
        }));
        self.phase = phases[x.len()];
    }
}

impl Kernel for Mama {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        let ([x, ..], [mama, fama, ..]) = (inputs, outputs) else { return };
        let averages = mama.chunks_mut(CHUNK).zip(fama.chunks_mut(CHUNK));
        for (x, (mama, fama)) in x.chunks(CHUNK).zip(averages) {
            self.chunk(x, [mama, fama]);
        }
    }
}

/// The average alone, without the one that follows it.
#[derive(Debug, Clone)]
pub struct MamaLine(pub Mama);

impl Kernel for MamaLine {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        let mut following = [0.0; CHUNK];
        chunk::each(CHUNK, inputs, outputs, |[x], [out]| {
            self.0.chunk(x, [out, &mut following[..x.len()]]);
        });
    }
}
