//! TA-Lib's Hilbert transform indicators: what is read off the dominant cycle. The period and the
//! phasor have no value in the first 32 rows, the others in the first 63.
//!
//! Ehlers (2001), Rocket Science for Traders.

use std::f64::consts::PI;

use super::cycle::{CHUNK, Cycle, Measures};
use super::dominant_cycle::{CycleMean, Phase, smooth_periods};
use crate::kernel::Kernel;

/// What is read off the cycle: one number a row, or two.
pub trait Reading: Default + Send {
    /// Rows the smoother gets before the cycle is measured.
    const SKIP: usize;
    /// Rows without a result.
    const WARM_UP: usize;

    /// Takes the next rows and the measures of their cycle, with smoothed periods; writes what is read.
    fn read(&mut self, x: &[f64], cycle: Measures<'_>, out: &mut [&mut [f64]]);

    /// Bytes held beside the reading itself.
    fn bytes(&self) -> usize {
        0
    }
}

/// A reading of a series' cycle.
#[derive(Debug, Clone)]
pub struct Ht<R> {
    cycle: Cycle,
    period: f64,
    /// Rows without a result, yet to come.
    warm_up: usize,
    reading: R,
}

impl<R: Reading> Ht<R> {
    /// Before the first row.
    pub fn new() -> Self {
        let (cycle, warm_up) = (Cycle::new(R::SKIP), R::WARM_UP);
        Self { cycle, period: 0.0, warm_up, reading: R::default() }
    }
}

impl<R: Reading> Default for Ht<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R: Reading> Kernel for Ht<R> {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        let [x, ..] = inputs else { return };
        let mut periods = [0.0; CHUNK];
        for (chunk, x) in x.chunks(CHUNK).enumerate() {
            let rows = chunk * CHUNK..chunk * CHUNK + x.len();
            let mut out: Vec<&mut [f64]> =
                outputs.iter_mut().map(|out| &mut out[rows.clone()]).collect();
            let cycle = self.cycle.measure(x);
            let period = &mut periods[..x.len()];
            self.period = smooth_periods(self.period, cycle.period, period);
            self.reading.read(x, Measures { period, ..cycle }, &mut out);
            let none = self.warm_up.min(x.len());
            out.iter_mut().for_each(|out| out[..none].fill(f64::NAN));
            self.warm_up -= none;
        }
    }

    fn size(&self) -> usize {
        self.reading.bytes()
    }
}

/// The period of the dominant cycle, rows.
pub type HtDcPeriod = Ht<DcPeriod>;
/// The in-phase and the quadrature part.
pub type HtPhasor = Ht<Phasor>;

/// The period of the dominant cycle, smoothed, rows.
#[derive(Debug, Clone, Default)]
pub struct DcPeriod;

/// The in-phase and the quadrature part.
#[derive(Debug, Clone, Default)]
pub struct Phasor;

/// The phase of the dominant cycle, degrees.
#[derive(Debug, Clone, Default)]
pub struct DcPhase(Phase);

/// The mean of the series over a cycle.
#[derive(Debug, Clone, Default)]
pub struct Trendline(CycleMean);

/// The sine of the phase, and of the phase 45 degrees on.
#[derive(Debug, Clone, Default)]
pub struct Sine(Phase);

/// 1 in a trend, 0 in a cycle.
#[derive(Debug, Clone, Default)]
pub struct TrendMode {
    phase: Phase,
    mean: CycleMean,
    before: Waves,
    /// Rows since the sine crossed its lead.
    rows: u64,
}

impl Reading for DcPeriod {
    const SKIP: usize = 12;
    const WARM_UP: usize = 32;

    fn read(&mut self, _: &[f64], cycle: Measures<'_>, out: &mut [&mut [f64]]) {
        let [out, ..] = out else { return };
        out.copy_from_slice(cycle.period);
    }
}

impl Reading for Phasor {
    const SKIP: usize = 12;
    const WARM_UP: usize = 32;

    fn read(&mut self, _: &[f64], cycle: Measures<'_>, out: &mut [&mut [f64]]) {
        let [in_phase, quadrature, ..] = out else { return };
        in_phase.copy_from_slice(cycle.in_phase);
        quadrature.copy_from_slice(cycle.quadrature);
    }
}

impl Reading for DcPhase {
    const SKIP: usize = 37;
    const WARM_UP: usize = 63;

    fn read(&mut self, _: &[f64], cycle: Measures<'_>, out: &mut [&mut [f64]]) {
        let [out, ..] = out else { return };
        self.0.fill(cycle.smooth, cycle.period, out);
    }

    fn bytes(&self) -> usize {
        self.0.bytes()
    }
}

impl Reading for Trendline {
    const SKIP: usize = 37;
    const WARM_UP: usize = 63;

    fn read(&mut self, x: &[f64], cycle: Measures<'_>, out: &mut [&mut [f64]]) {
        let [out, ..] = out else { return };
        self.0.fill(x, cycle.period, out);
    }

    fn bytes(&self) -> usize {
        self.0.bytes()
    }
}

impl Reading for Sine {
    const SKIP: usize = 37;
    const WARM_UP: usize = 63;

    fn read(&mut self, _: &[f64], cycle: Measures<'_>, out: &mut [&mut [f64]]) {
        let [sine, lead, ..] = out else { return };
        self.0.fill(cycle.smooth, cycle.period, sine);
        for (sine, lead) in sine.iter_mut().zip(lead.iter_mut()) {
            let waves = Waves::of(*sine);
            (*sine, *lead) = (waves.sine, waves.lead);
        }
    }

    fn bytes(&self) -> usize {
        self.0.bytes()
    }
}

impl Reading for TrendMode {
    const SKIP: usize = 37;
    const WARM_UP: usize = 63;

    fn read(&mut self, x: &[f64], cycle: Measures<'_>, out: &mut [&mut [f64]]) {
        let [out, ..] = out else { return };
        let mut means = [0.0; CHUNK];
        self.mean.fill(x, cycle.period, &mut means[..x.len()]);
        self.phase.fill(cycle.smooth, cycle.period, out);
        for (((out, mean), period), smooth) in
            out.iter_mut().zip(means).zip(cycle.period).zip(cycle.smooth)
        {
            // It begins with the first period.
            let is_trend = *period > 0.0 && self.is_trend(*out, *period, *smooth, mean);
            *out = if is_trend { 1.0 } else { 0.0 };
        }
    }

    fn bytes(&self) -> usize {
        self.phase.bytes() + self.mean.bytes()
    }
}

impl TrendMode {
    /// Takes the next row.
    fn is_trend(&mut self, phase: f64, period: f64, smooth: f64, mean: f64) -> bool {
        let now = Waves::of(phase);
        let last = std::mem::replace(&mut self.before, now);
        let crossed = (now.sine > now.lead && last.sine <= last.lead)
            || (now.sine < now.lead && last.sine >= last.lead);
        self.rows = if crossed { 1 } else { self.rows + 1 };

        // A cycle: just crossed, or the phase turns about as fast as the period says.
        let turned = phase - last.phase;
        let pace = 360.0 / period;
        let early = crossed || (self.rows as f64) < 0.5 * period;
        let steady = turned > 0.67 * pace && turned < 1.5 * pace;
        // A trend whatever the phase: the series is far from its mean over a cycle.
        let far = mean != 0.0 && ((smooth - mean) / mean).abs() >= 0.015;
        far || !(early || steady)
    }
}

/// A phase, its sine, and the sine 45 degrees on.
#[derive(Debug, Clone, Copy, Default)]
struct Waves {
    phase: f64,
    sine: f64,
    lead: f64,
}

impl Waves {
    fn of(phase: f64) -> Self {
        let radians = 1.0 / (180.0 / PI);
        Self { phase, sine: (phase * radians).sin(), lead: ((phase + 45.0) * radians).sin() }
    }
}
