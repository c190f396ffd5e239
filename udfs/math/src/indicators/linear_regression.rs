//! The least squares line through the last `n` values over their rows. The first n − 1 rows have none.

use crate::kernel::Kernel;
use crate::rolling::{line, slope, slope_as};

/// What is read off the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Its value at the latest row (TA-Lib LINEARREG).
    End,
    /// Its value one row later (TSF).
    Next,
    /// Its value at the oldest row (`LINEARREG_INTERCEPT`).
    Intercept,
    /// Its rise a row (`LINEARREG_SLOPE`).
    Slope,
    /// The angle of the rise, degrees (`LINEARREG_ANGLE`).
    Angle,
}

/// A reading off the line through the last `n ≥ 2` values.
pub fn linear_regression(n: usize, reading: Reading) -> Box<dyn Kernel> {
    let n = n.max(2);
    let half = (n as f64 - 1.0) / 2.0;
    match reading {
        Reading::End => Box::new(line(n, half)),
        Reading::Next => Box::new(line(n, half + 1.0)),
        Reading::Intercept => Box::new(line(n, -half)),
        Reading::Slope => Box::new(slope(n, n)),
        Reading::Angle => Box::new(slope_as(n, n, |slope| slope.atan().to_degrees())),
    }
}
