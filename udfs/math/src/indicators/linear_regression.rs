//! The least squares line through the last `n` values over their rows. The first n − 1 rows have none.

use crate::kernel::Kernel;
use crate::rolling::{Weighted, rolling};

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
    let half = (n.max(2) as f64 - 1.0) / 2.0;
    let at = move |rows: f64| move |slope: f64, middle: f64| middle + slope * rows;
    match reading {
        Reading::End => line(n, at(half)),
        Reading::Next => line(n, at(half + 1.0)),
        Reading::Intercept => line(n, at(-half)),
        Reading::Slope => line(n, |slope, _| slope),
        Reading::Angle => line(n, |slope, _| slope.atan().to_degrees()),
    }
}

/// What is told of each line: its slope, and its value at the middle row.
fn line(n: usize, tell: impl Fn(f64, f64) -> f64 + Send + 'static) -> Box<dyn Kernel> {
    let n = n.max(2);
    let rows = n as f64;
    // Rows from the middle: Σ (row − (n − 1)/2)² = n·(n² − 1)/12.
    let squares = rows * (rows * rows - 1.0) / 12.0;
    Box::new(rolling(n, n, move |s: Weighted, [last]| {
        let slope = (s.weighted - s.sum * (rows + 1.0) / 2.0) / squares;
        tell(slope, last + s.sum / rows)
    }))
}
