//! Relative volatility index: a relative strength index of volatility. Each row's standard deviation
//! counts as up where the value rose and as down where it fell; the index is 100 · U / (U + D) with
//! both smoothed by Wilder's average, and 50 where nothing moved. The first `deviation` + n − 2 rows
//! have none.
//!
//! Dorsey (1993), The Relative Volatility Index, Stocks & Commodities 11.

use super::filter::Filter;
use super::variance::Deviation;
use super::wilder::Wilder;

/// The index of a series.
#[derive(Debug, Clone)]
pub struct Rvi {
    before: Option<f64>,
    deviation: Deviation,
    up: Wilder,
    down: Wilder,
}

impl Rvi {
    /// Averages over `n ≥ 1` rows of the deviation of the last `deviation ≥ 2` values.
    pub fn new(n: usize, deviation: usize) -> Self {
        Self {
            before: None,
            deviation: Deviation::new(deviation, 1.0),
            up: Wilder::new(n),
            down: Wilder::new(n),
        }
    }
}

impl Filter for Rvi {
    fn update(&mut self, x: f64) -> Option<f64> {
        let before = self.before.replace(x);
        let (deviation, before) = self.deviation.update(x).zip(before)?;
        let up = self.up.update(if x > before { deviation } else { 0.0 });
        let down = self.down.update(if x < before { deviation } else { 0.0 });
        let (up, down) = up.zip(down)?;
        let sum = up + down;
        Some(if sum == 0.0 { 50.0 } else { 100.0 * (up / sum) })
    }

    fn bytes(&self) -> usize {
        self.deviation.bytes()
    }
}
