//! TA-Lib's Hilbert transform indicators: what is read off the dominant cycle. The period and the
//! phasor have no value in the first 32 rows, the others in the first 63.
//!
//! Ehlers (2001), Rocket Science for Traders.

use std::f64::consts::PI;

use super::cycle::Cycle;
use super::dominant_cycle::{DominantCycle, SmoothPeriod};
use super::filter::{Filter, each_row};
use crate::kernel::Kernel;

/// Rows the smoother gets before the cycle is measured.
const SKIP: usize = 12;
/// Rows without a period or a phasor.
const WARM_UP: usize = 32;

/// The period of the dominant cycle, rows.
#[derive(Debug, Clone)]
pub struct HtDcPeriod {
    cycle: Cycle,
    period: SmoothPeriod,
}

impl HtDcPeriod {
    /// Before the first row.
    pub fn new() -> Self {
        Self { cycle: Cycle::new(SKIP), period: SmoothPeriod::default() }
    }
}

impl Default for HtDcPeriod {
    fn default() -> Self {
        Self::new()
    }
}

impl Filter for HtDcPeriod {
    fn update(&mut self, x: f64) -> Option<f64> {
        let measure = self.cycle.update(x)?;
        let period = self.period.update(measure.period);
        (self.cycle.rows() > WARM_UP).then_some(period)
    }
}

/// The in-phase and the quadrature part.
#[derive(Debug, Clone)]
pub struct HtPhasor {
    cycle: Cycle,
}

impl HtPhasor {
    /// Before the first row.
    pub fn new() -> Self {
        Self { cycle: Cycle::new(SKIP) }
    }
}

impl Default for HtPhasor {
    fn default() -> Self {
        Self::new()
    }
}

impl Kernel for HtPhasor {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[x]| {
            let measure = self.cycle.update(x)?;
            let ready = self.cycle.rows() > WARM_UP;
            ready.then_some([measure.in_phase, measure.quadrature])
        });
    }
}

/// What is read off the phase, or off the mean over a cycle.
#[derive(Debug, Clone)]
pub struct Ht<R> {
    cycle: DominantCycle,
    reading: R,
}

impl<R: Default> Ht<R> {
    /// Before the first row.
    pub fn new() -> Self {
        Self { cycle: DominantCycle::new(), reading: R::default() }
    }
}

impl<R: Default> Default for Ht<R> {
    fn default() -> Self {
        Self::new()
    }
}

/// The phase of the dominant cycle, degrees.
#[derive(Debug, Clone, Copy, Default)]
pub struct DcPhase;

/// The mean of the series over a cycle.
#[derive(Debug, Clone, Copy, Default)]
pub struct Trendline;

/// The sine of the phase, and of the phase 45 degrees on.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sine;

/// 1 in a trend, 0 in a cycle.
#[derive(Debug, Clone, Copy, Default)]
pub struct TrendMode {
    sine: f64,
    lead: f64,
    phase: f64,
    rows: u64,
}

/// The sine of a phase and of the phase 45 degrees on.
fn waves(phase: f64) -> (f64, f64) {
    let radians = 1.0 / (180.0 / PI);
    ((phase * radians).sin(), ((phase + 45.0) * radians).sin())
}

impl Filter for Ht<DcPhase> {
    fn update(&mut self, x: f64) -> Option<f64> {
        self.cycle.update(x).filter(|s| s.is_ready).map(|s| s.phase)
    }

    fn bytes(&self) -> usize {
        self.cycle.bytes()
    }
}

impl Filter for Ht<Trendline> {
    fn update(&mut self, x: f64) -> Option<f64> {
        self.cycle.update(x).filter(|s| s.is_ready).map(|s| s.trendline)
    }

    fn bytes(&self) -> usize {
        self.cycle.bytes()
    }
}

impl Kernel for Ht<Sine> {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[x]| {
            let state = self.cycle.update(x).filter(|s| s.is_ready)?;
            let (sine, lead) = waves(state.phase);
            Some([sine, lead])
        });
    }

    fn size(&self) -> usize {
        self.cycle.bytes()
    }
}

impl Filter for Ht<TrendMode> {
    fn update(&mut self, x: f64) -> Option<f64> {
        let state = self.cycle.update(x)?;
        let last = self.reading;
        let (sine, lead) = waves(state.phase);
        let crossed =
            (sine > lead && last.sine <= last.lead) || (sine < lead && last.sine >= last.lead);
        let rows = if crossed { 1 } else { last.rows + 1 };
        self.reading = TrendMode { sine, lead, phase: state.phase, rows };

        // A cycle: just crossed, or the phase turns about as fast as the period says.
        let turned = state.phase - last.phase;
        let pace = 360.0 / state.period;
        let early = crossed || (rows as f64) < 0.5 * state.period;
        let steady = state.period != 0.0 && turned > 0.67 * pace && turned < 1.5 * pace;
        // A trend whatever the phase: the series is far from its mean over a cycle.
        let away = ((state.smooth - state.trendline) / state.trendline).abs();
        let far = state.trendline != 0.0 && away >= 0.015;
        let is_trend = far || !(early || steady);
        state.is_ready.then_some(if is_trend { 1.0 } else { 0.0 })
    }

    fn bytes(&self) -> usize {
        self.cycle.bytes()
    }
}
