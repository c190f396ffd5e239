//! The least squares line through the last `n` values over their rows, 0 for the oldest. The first
//! n − 1 rows have none.

use super::filter::Filter;
use super::weighted_sum::WeightedSum;

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

/// The line through the last values.
#[derive(Debug, Clone)]
pub struct LinearRegression {
    sums: WeightedSum,
    n: f64,
    reading: Reading,
}

impl LinearRegression {
    /// Over `n ≥ 2` values.
    pub fn new(n: usize, reading: Reading) -> Self {
        let n = n.max(2);
        Self { sums: WeightedSum::new(n), n: n as f64, reading }
    }
}

impl Filter for LinearRegression {
    fn update(&mut self, x: f64) -> Option<f64> {
        let (sum, weighted) = self.sums.update(x)?;
        // Weights count from 1, rows from the middle: Σ (row − (n − 1)/2)² = n·(n² − 1)/12.
        let n = self.n;
        let slope = (weighted - sum * (n + 1.0) / 2.0) / (n * (n * n - 1.0) / 12.0);
        let middle = sum / n;
        let half = (n - 1.0) / 2.0;
        Some(match self.reading {
            Reading::End => middle + slope * half,
            Reading::Next => middle + slope * (half + 1.0),
            Reading::Intercept => middle - slope * half,
            Reading::Slope => slope,
            Reading::Angle => slope.atan().to_degrees(),
        })
    }

    fn bytes(&self) -> usize {
        self.sums.bytes()
    }
}
