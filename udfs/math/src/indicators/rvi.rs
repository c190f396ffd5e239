//! Relative volatility index: a relative strength index of volatility. Each row's standard deviation
//! counts as up where the value rose and as down where it fell; the index is 100 · U / (U + D) with
//! both smoothed by Wilder's average, and 50 where nothing moved. The first `deviation` + n − 2 rows
//! have none.
//!
//! Dorsey (1993), The Relative Volatility Index, Stocks & Commodities 11.

use super::filter::Filter;
use super::wilder::Wilder;
use crate::rolling::{Frame, Moments};

/// The index of a series.
#[derive(Debug, Clone)]
pub struct Rvi {
    before: Option<f64>,
    frame: Frame<Moments<2>>,
    rows: f64,
    up: Wilder,
    down: Wilder,
}

impl Rvi {
    /// Averages over `n ≥ 1` rows of the deviation of the last `deviation ≥ 2` values.
    pub fn new(n: usize, deviation: usize) -> Self {
        Self {
            before: None,
            frame: Frame::new(Some(deviation)),
            rows: deviation as f64,
            up: Wilder::new(n),
            down: Wilder::new(n),
        }
    }
}

impl Filter for Rvi {
    fn update(&mut self, x: f64) -> Option<f64> {
        let before = self.before.replace(x);
        let last = self.frame.push(Some(x));
        let before = before.filter(|_| last.count >= self.rows)?;
        let deviation = last.variance(0.0).sqrt();
        let up = self.up.update(if x > before { deviation } else { 0.0 });
        let down = self.down.update(if x < before { deviation } else { 0.0 });
        let (up, down) = up.zip(down)?;
        let sum = up + down;
        Some(if sum == 0.0 { 50.0 } else { 100.0 * (up / sum) })
    }

    fn bytes(&self) -> usize {
        self.frame.size()
    }
}
