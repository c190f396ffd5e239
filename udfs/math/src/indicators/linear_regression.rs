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
pub fn linear_regression(n: usize, reading: Reading) -> impl Kernel {
    let n = n.max(2);
    let rows = n as f64;
    let half = (rows - 1.0) / 2.0;
    // Rows from the middle: Σ (row − (n − 1)/2)² = n·(n² − 1)/12.
    let squares = rows * (rows * rows - 1.0) / 12.0;
    rolling(n, n, move |s: Weighted, [last]| {
        let slope = (s.weighted - s.sum * (rows + 1.0) / 2.0) / squares;
        let middle = last + s.sum / rows;
        match reading {
            Reading::End => middle + slope * half,
            Reading::Next => middle + slope * (half + 1.0),
            Reading::Intercept => middle - slope * half,
            Reading::Slope => slope,
            Reading::Angle => slope.atan().to_degrees(),
        }
    })
}
