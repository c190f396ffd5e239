//! The dominant cycle of a series as in TA-Lib's HT functions: its smoothed period, its phase, and
//! the mean of the series over one cycle. Ehlers (2001), Rocket Science for Traders, chapters 7 to 11.

use std::f64::consts::{PI, TAU};

use super::cycle::{Cycle, Measure};
use crate::kernel::Ring;

/// Rows the smoother gets before the cycle is measured, in the functions that need a phase.
const SKIP: usize = 37;
/// Rows without a result.
const WARM_UP: usize = 63;
/// The longest cycle, rows.
const LONGEST: usize = 50;

/// The period of the dominant cycle, smoothed.
#[derive(Debug, Clone, Default)]
pub(super) struct SmoothPeriod(f64);

impl SmoothPeriod {
    pub fn update(&mut self, period: f64) -> f64 {
        self.0 = 0.33 * period + 0.67 * self.0;
        self.0
    }
}

/// What is known of the cycle after a row.
#[derive(Debug, Clone, Copy)]
pub(super) struct State {
    /// The series smoothed over four rows.
    pub smooth: f64,
    /// Rows, smoothed.
    pub period: f64,
    /// Degrees, −45 … 315.
    pub phase: f64,
    /// The mean of the series over one cycle, smoothed over four rows.
    pub trendline: f64,
    /// Whether enough rows were seen.
    pub is_ready: bool,
}

/// The dominant cycle of a series.
#[derive(Debug, Clone)]
pub(super) struct DominantCycle {
    cycle: Cycle,
    period: SmoothPeriod,
    prices: Ring,
    smooth: Ring,
    phase: f64,
    /// The last three means over a cycle, latest first.
    means: [f64; 3],
}

impl DominantCycle {
    pub fn new() -> Self {
        let mut smooth = Ring::new(LONGEST);
        for _ in 0..LONGEST {
            smooth.push(0.0);
        }
        Self {
            cycle: Cycle::new(SKIP),
            period: SmoothPeriod::default(),
            prices: Ring::new(LONGEST),
            smooth,
            phase: 0.0,
            means: [0.0; 3],
        }
    }

    pub fn update(&mut self, x: f64) -> Option<State> {
        self.prices.push(x);
        let Measure { smooth, period, .. } = self.cycle.update(x)?;
        self.smooth.push(smooth);
        let period = self.period.update(period);
        let rows = (period + 0.5) as usize;
        self.phase = self.next_phase(period, rows);
        let trendline = self.next_trendline(rows);
        let is_ready = self.cycle.rows() > WARM_UP;
        Some(State { smooth, period, phase: self.phase, trendline, is_ready })
    }

    /// The angle of the series against a wave of the period.
    fn next_phase(&self, period: f64, rows: usize) -> f64 {
        let (mut real, mut imaginary) = (0.0, 0.0);
        for age in 0..rows.min(self.smooth.len()) {
            let angle = age as f64 * TAU / rows as f64;
            let value = self.smooth.ago(age);
            real += angle.sin() * value;
            imaginary += angle.cos() * value;
        }
        let mut phase = self.phase;
        if imaginary != 0.0 {
            phase = (real / imaginary).atan() * (180.0 / PI);
        } else if real < 0.0 {
            phase -= 90.0;
        } else if real > 0.0 {
            phase += 90.0;
        }
        // A quarter wave, and the row by which the smoothing lags.
        phase += 90.0;
        phase += 360.0 / period;
        if imaginary < 0.0 {
            phase += 180.0;
        }
        if phase > 315.0 { phase - 360.0 } else { phase }
    }

    fn next_trendline(&mut self, rows: usize) -> f64 {
        let rows = rows.min(self.prices.len());
        let sum: f64 = (0..rows).map(|age| self.prices.ago(age)).sum();
        let mean = if rows > 0 { sum / rows as f64 } else { 0.0 };
        let [a, b, c] = self.means;
        self.means = [mean, a, b];
        (4.0 * mean + 3.0 * a + 2.0 * b + c) / 10.0
    }

    pub fn bytes(&self) -> usize {
        self.prices.size() + self.smooth.size()
    }
}
