//! The dominant cycle of a series as in TA-Lib's HT functions: its smoothed period, and what is read
//! off the rows of one cycle, the phase and the mean. Ehlers (2001), Rocket Science for Traders,
//! chapters 7 to 11.

use std::f64::consts::{PI, TAU};
use std::sync::LazyLock;

use fearless_simd::{Level as Processor, Simd};

use super::arctangent::arctangent;
use super::lookback::Lookback;
use crate::dispatch::dispatch;
use crate::rolling::LANES;

/// The longest cycle, rows.
const LONGEST: usize = 50;
/// In blocks of rows.
const BLOCKS: usize = LONGEST.div_ceil(LANES);

/// Smooths the next periods; gives the last one.
pub fn smooth_periods(before: f64, periods: &[f64], out: &mut [f64]) -> f64 {
    let mut smooth = before;
    for (out, period) in out.iter_mut().zip(periods) {
        smooth = 0.33 * period + 0.67 * smooth;
        *out = smooth;
    }
    smooth
}

/// Whole rows of a cycle.
fn rows(period: f64) -> usize {
    ((period + 0.5) as usize).min(LONGEST)
}

/// Sine and cosine of one wave, by the number of its rows and by row.
static WAVES: LazyLock<Vec<Vec<[f64; 2]>>> = LazyLock::new(|| {
    let wave = |rows: usize| {
        let angle = |row: usize| row as f64 * TAU / rows as f64;
        (0..rows).map(|row| [angle(row).sin(), angle(row).cos()]).collect()
    };
    (0..=LONGEST).map(wave).collect()
});

/// The angle of the series against a wave of the period.
#[derive(Debug, Clone)]
pub struct Phase {
    smooth: Lookback,
    phase: f64,
}

impl Default for Phase {
    fn default() -> Self {
        Self { smooth: Lookback::new(LONGEST - 1, 0.0), phase: 0.0 }
    }
}

impl Phase {
    /// Takes the next smoothed values and periods; writes the phases, degrees, −45 … 315. They begin
    /// with the first period above 0.
    pub fn fill(&mut self, smooth: &[f64], periods: &[f64], out: &mut [f64]) {
        self.smooth.take(smooth);
        for ((out, period), last) in out.iter_mut().zip(periods).zip(self.smooth.windows()) {
            if *period > 0.0 {
                self.phase = next_phase(self.phase, *period, last);
            }
            *out = self.phase;
        }
    }

    pub fn bytes(&self) -> usize {
        self.smooth.size()
    }
}

fn next_phase(before: f64, period: f64, last: &[f64]) -> f64 {
    let (mut real, mut imaginary) = (0.0, 0.0);
    // The order of the sums is TA-Lib's: where the series stands still they are rounding errors.
    for ([sin, cos], value) in WAVES[rows(period)].iter().zip(last.iter().rev()) {
        real += sin * value;
        imaginary += cos * value;
    }
    let mut phase = before;
    if imaginary != 0.0 {
        phase = arctangent(real, imaginary) * (180.0 / PI);
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

/// The mean of the series over one cycle, smoothed over four rows.
#[derive(Debug, Clone)]
pub struct CycleMean {
    values: Lookback,
    /// The means of the rows of a chunk and of the three rows before it.
    means: Lookback,
}

impl Default for CycleMean {
    fn default() -> Self {
        Self { values: Lookback::new(BLOCKS * LANES - 1, 0.0), means: Lookback::new(3, 0.0) }
    }
}

impl CycleMean {
    /// Takes the next values and periods; writes the smoothed means.
    pub fn fill(&mut self, x: &[f64], periods: &[f64], out: &mut [f64]) {
        self.values.take(x);
        let means = self.means.next(x.len());
        dispatch!(Processor::new(), simd => simd.vectorize(#[inline(always)] || {
            for ((mean, period), last) in means.iter_mut().zip(periods).zip(self.values.values().array_windows()) {
                *mean = mean_of_last(last, rows(*period));
            }
        }));
        for (out, last) in out.iter_mut().zip(self.means.windows()) {
            *out = match last {
                [d, c, b, a] => (4.0 * a + 3.0 * b + 2.0 * c + d) / 10.0,
                _ => f64::NAN,
            };
        }
    }

    pub fn bytes(&self) -> usize {
        self.values.size() + self.means.size()
    }
}

/// The mean of the last `rows` of a whole number of blocks; 0 of none.
#[inline(always)]
fn mean_of_last(values: &[f64; BLOCKS * LANES], rows: usize) -> f64 {
    let mut sums = [0.0; LANES];
    // All blocks: to leave some out costs more than it saves.
    for (block, first) in values.as_chunks::<LANES>().0.iter().zip((0..).step_by(LANES)) {
        for lane in 0..LANES {
            let counts = first + lane + rows >= BLOCKS * LANES;
            sums[lane] += if counts { block[lane] } else { 0.0 };
        }
    }
    let sum: f64 = sums.iter().sum();
    if rows > 0 { sum / rows as f64 } else { 0.0 }
}
