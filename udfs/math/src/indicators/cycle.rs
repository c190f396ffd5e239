//! Ehlers' measure of the dominant cycle, the base of MAMA and of the Hilbert transform indicators.
//!
//! The series is smoothed over four rows, taken apart into an in-phase and a quadrature part by a
//! Hilbert transform, and the angle between successive parts gives the period, kept between 6 and 50
//! rows and smoothed. Ehlers (2001), Rocket Science for Traders, chapters 6, 7.
//!
//! The order of the operations is TA-Lib's: where the series stands still the parts are rounding
//! errors, and their angle is what the order makes of it. Each row's transforms wait for the period of
//! the row before, so that nothing else is done in the loop over the rows.

use fearless_simd::{Level as Processor, Simd};

use super::full_turn::rows;
use crate::dispatch::dispatch;

/// Rows that are measured at once, at most.
pub const CHUNK: usize = 256;
/// Rows before a row that its measure is of: those of two transforms, and of the delay between.
const BEFORE: usize = 9;
/// By so many rows the in-phase part is the detrended series later.
const DELAY: usize = 3;

/// A value of each row of a chunk and of the rows before it.
type Column = [f64; BEFORE + CHUNK];

/// The measures of some rows, which are 0 in the rows that only fill the smoother.
#[derive(Debug, Clone, Copy)]
pub struct Measures<'a> {
    /// The series smoothed over four rows.
    pub smooth: &'a [f64],
    /// The in-phase part.
    pub in_phase: &'a [f64],
    /// The quadrature part.
    pub quadrature: &'a [f64],
    /// The period, rows; above 0 but in the first rows.
    pub period: &'a [f64],
}

/// The measure of a series.
#[derive(Debug, Clone)]
pub struct Cycle {
    state: State,
    /// Rows of the last chunk.
    chunk: usize,
    smooth: Column,
    detrended: Column,
    quadrature: Column,
    period: Column,
}

/// What the next row needs beside the columns.
#[derive(Debug, Clone)]
struct State {
    /// Rows that only fill the smoother, yet to come.
    skip: usize,
    smoother: Smoother,
    i2: f64,
    q2: f64,
    re: f64,
    im: f64,
    period: f64,
}

impl Cycle {
    /// Begins after `skip ≥ 3` rows.
    pub fn new(skip: usize) -> Self {
        let none = [0.0; BEFORE + CHUNK];
        let smoother = Smoother::default();
        let skip = skip.max(3);
        Self {
            state: State { skip, smoother, i2: 0.0, q2: 0.0, re: 0.0, im: 0.0, period: 0.0 },
            chunk: 0,
            smooth: none,
            detrended: none,
            quadrature: none,
            period: none,
        }
    }

    /// Takes the next rows, up to [`CHUNK`]; gives their measures.
    pub fn measure(&mut self, x: &[f64]) -> Measures<'_> {
        let last = self.chunk..self.chunk + BEFORE;
        for column in [&mut self.smooth, &mut self.detrended, &mut self.quadrature] {
            column.copy_within(last.clone(), 0);
        }
        self.chunk = x.len().min(CHUNK);
        dispatch!(Processor::new(), simd => simd.vectorize(
            #[inline(always)]
            || self.go_on(x),
        ));
        let now = BEFORE..BEFORE + self.chunk;
        Measures {
            smooth: &self.smooth[now.clone()],
            in_phase: &self.detrended[now.start - DELAY..now.end - DELAY],
            quadrature: &self.quadrature[now.clone()],
            period: &self.period[now],
        }
    }

    #[inline(always)]
    fn go_on(&mut self, x: &[f64]) {
        let Self { smooth, detrended, quadrature, period, .. } = self;
        // It stays in registers.
        let mut state = self.state.clone();
        for (row, x) in (BEFORE..BEFORE + CHUNK).zip(x) {
            smooth[row] = state.smoother.update(*x);
            if state.skip > 0 {
                state.skip -= 1;
                [smooth[row], detrended[row], quadrature[row]] = [0.0; 3];
                continue;
            }
            let scale = 0.075 * state.period + 0.54;
            detrended[row] = hilbert(smooth, row) * scale;
            quadrature[row] = hilbert(detrended, row) * scale;
            let advanced_in_phase = hilbert(detrended, row - DELAY) * scale;
            let advanced_quadrature = hilbert(quadrature, row) * scale;
            state.turn(
                detrended[row - DELAY] - advanced_quadrature,
                quadrature[row] + advanced_in_phase,
            );
            period[row] = state.period;
        }
        self.state = state;
    }
}

impl State {
    /// Takes the parts of the next row; gives the period.
    #[inline(always)]
    fn turn(&mut self, in_phase: f64, quadrature: f64) {
        let q2 = 0.2 * quadrature + 0.8 * self.q2;
        let i2 = 0.2 * in_phase + 0.8 * self.i2;
        self.re = 0.2 * (i2 * self.i2 + q2 * self.q2) + 0.8 * self.re;
        self.im = 0.2 * (i2 * self.q2 - q2 * self.i2) + 0.8 * self.im;
        (self.i2, self.q2) = (i2, q2);

        let before = self.period;
        let mut period = before;
        if self.im != 0.0 && self.re != 0.0 {
            period = rows(self.im / self.re);
        }
        // Not far from the one before, but in any case from 6 to 50 rows.
        let (least, most) = (at_most(0.67 * before, 50.0), at_most(1.5 * before, 50.0));
        period = at_least(at_most(period, at_least(most, 6.0)), at_least(least, 6.0));
        self.period = 0.2 * period + 0.8 * before;
    }
}

/// The lesser one, in one instruction; `most` if `x` is NaN.
#[inline(always)]
pub fn at_most(x: f64, most: f64) -> f64 {
    if x < most { x } else { most }
}

/// The greater one, likewise.
#[inline(always)]
fn at_least(x: f64, least: f64) -> f64 {
    if x > least { x } else { least }
}

/// A Hilbert transform over the seven rows that end with a row.
#[inline(always)]
fn hilbert(x: &Column, row: usize) -> f64 {
    const A: f64 = 0.0962;
    const B: f64 = 0.5769;
    A * x[row] - A * x[row - 6] - B * x[row - 4] + B * x[row - 2]
}

/// The mean of four rows with weights 4, 3, 2, 1 from the latest back; of the first three rows it is 0.
#[derive(Debug, Clone, Default)]
struct Smoother {
    /// The last three values, latest first.
    last: [f64; 3],
    rows: usize,
    sum: f64,
    weighted: f64,
    leaving: f64,
}

impl Smoother {
    #[inline(always)]
    fn update(&mut self, x: f64) -> f64 {
        let [a, b, c] = self.last;
        self.last = [x, a, b];
        if self.rows < 3 {
            self.rows += 1;
            self.sum += x;
            self.weighted += x * self.rows as f64;
            return 0.0;
        }
        self.sum += x;
        self.sum -= self.leaving;
        self.weighted += x * 4.0;
        self.leaving = c;
        let smooth = self.weighted * 0.1;
        self.weighted -= self.sum;
        smooth
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_processor_gives_the_same_bits() {
        let x: Vec<f64> = (0..200).map(|i| 100.0 + f64::from(i * i % 37)).collect();
        let (mut widest, mut plain) = (Cycle::new(12), Cycle::new(12));
        plain.chunk = x.len();
        dispatch!(Processor::baseline(), simd => simd.vectorize(|| plain.go_on(&x)));
        let measures = widest.measure(&x);
        assert_eq!(measures.period, &plain.period[BEFORE..BEFORE + x.len()]);
        assert_eq!(measures.quadrature, &plain.quadrature[BEFORE..BEFORE + x.len()]);
        assert!(measures.period[100] > 6.0);
    }
}
