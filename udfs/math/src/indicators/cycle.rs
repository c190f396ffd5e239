//! Ehlers' measure of the dominant cycle, the base of MAMA and of the Hilbert transform indicators.
//!
//! The series is smoothed over four rows, taken apart into an in-phase and a quadrature part by a
//! Hilbert transform, and the angle between successive parts gives the period, kept between 6 and 50
//! rows and smoothed. Ehlers (2001), Rocket Science for Traders, chapters 6, 7.
//!
//! The order of the operations is TA-Lib's: where the series stands still the parts are rounding
//! errors, and their angle is what the order makes of it.

use std::f64::consts::PI;

/// The measure after a row.
#[derive(Debug, Clone, Copy)]
pub struct Measure {
    /// The series smoothed over four rows.
    pub smooth: f64,
    /// The in-phase part.
    pub in_phase: f64,
    /// The quadrature part.
    pub quadrature: f64,
    /// The period, rows.
    pub period: f64,
}

/// The measure of a series.
#[derive(Debug, Clone)]
pub struct Cycle {
    /// Rows that only fill the smoother.
    skip: usize,
    rows: usize,
    smoother: Smoother,
    detrender: Hilbert,
    quadrature: Hilbert,
    advanced_in_phase: Hilbert,
    advanced_quadrature: Hilbert,
    /// The detrended values of the last three rows, latest first.
    detrended: [f64; 3],
    i2: f64,
    q2: f64,
    re: f64,
    im: f64,
    period: f64,
}

impl Cycle {
    /// Begins after `skip ≥ 3` rows.
    pub fn new(skip: usize) -> Self {
        Self {
            skip: skip.max(3),
            rows: 0,
            smoother: Smoother::default(),
            detrender: Hilbert::default(),
            quadrature: Hilbert::default(),
            advanced_in_phase: Hilbert::default(),
            advanced_quadrature: Hilbert::default(),
            detrended: [0.0; 3],
            i2: 0.0,
            q2: 0.0,
            re: 0.0,
            im: 0.0,
            period: 0.0,
        }
    }

    /// How many values it was given.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Takes the next value.
    pub fn update(&mut self, x: f64) -> Option<Measure> {
        let smooth = self.smoother.update(x);
        self.rows += 1;
        if self.rows <= self.skip {
            return None;
        }
        let smooth = smooth?;
        let scale = 0.075 * self.period + 0.54;
        let detrended = self.detrender.update(smooth, scale);
        let quadrature = self.quadrature.update(detrended, scale);
        let [newer, old, in_phase] = self.detrended;
        let advanced_in_phase = self.advanced_in_phase.update(in_phase, scale);
        let advanced_quadrature = self.advanced_quadrature.update(quadrature, scale);
        self.detrended = [detrended, newer, old];

        let q2 = 0.2 * (quadrature + advanced_in_phase) + 0.8 * self.q2;
        let i2 = 0.2 * (in_phase - advanced_quadrature) + 0.8 * self.i2;
        self.re = 0.2 * (i2 * self.i2 + q2 * self.q2) + 0.8 * self.re;
        self.im = 0.2 * (i2 * self.q2 - q2 * self.i2) + 0.8 * self.im;
        (self.i2, self.q2) = (i2, q2);
        self.period = self.next_period();
        Some(Measure { smooth, in_phase, quadrature, period: self.period })
    }

    fn next_period(&self) -> f64 {
        let before = self.period;
        let mut period = before;
        if self.im != 0.0 && self.re != 0.0 {
            period = 360.0 / ((self.im / self.re).atan() * (180.0 / PI));
        }
        // One bound after the other: before the first period all of them are in play.
        period = period.min(1.5 * before).max(0.67 * before).clamp(6.0, 50.0);
        0.2 * period + 0.8 * before
    }
}

/// The mean of four rows with weights 4, 3, 2, 1 from the latest back.
#[derive(Debug, Clone, Default)]
struct Smoother {
    last: [f64; 4],
    rows: usize,
    sum: f64,
    weighted: f64,
    leaving: f64,
}

impl Smoother {
    fn update(&mut self, x: f64) -> Option<f64> {
        let [a, b, c, _] = self.last;
        self.last = [x, a, b, c];
        self.rows += 1;
        if self.rows < 4 {
            self.sum += x;
            self.weighted += x * self.rows as f64;
            return None;
        }
        self.sum += x;
        self.sum -= self.leaving;
        self.weighted += x * 4.0;
        self.leaving = c;
        let smooth = self.weighted * 0.1;
        self.weighted -= self.sum;
        Some(smooth)
    }
}

/// A Hilbert transform over seven rows.
#[derive(Debug, Clone, Default)]
struct Hilbert {
    /// The last six values, latest first.
    last: [f64; 6],
}

impl Hilbert {
    fn update(&mut self, x: f64, scale: f64) -> f64 {
        const A: f64 = 0.0962;
        const B: f64 = 0.5769;
        let [_, two, _, four, _, six] = self.last;
        self.last.rotate_right(1);
        self.last[0] = x;
        (A * x - A * six - B * four + B * two) * scale
    }
}
