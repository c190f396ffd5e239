//! Zero-lag exponential moving average: the EMA of 2·x − x[(n − 1) / 2 rows ago]. The first
//! (n − 1) / 2 + n − 1 rows have none.
//!
//! Ehlers & Way (2010), Zero Lag (Well, Almost), Stocks & Commodities 28(12).

use super::chunk;
use super::ema::Ema;
use super::filter::{Filter, update_by_fill};
use super::rows::Wait;
use crate::kernel::Ring;

/// The zero-lag average of a series.
#[derive(Debug, Clone)]
pub struct Zlema {
    /// `None`: no lag.
    values: Option<Ring>,
    wait: Wait,
    ema: Ema,
}

impl Zlema {
    /// Over a span of `n ≥ 1` rows.
    pub fn new(n: usize) -> Self {
        let lag = n.saturating_sub(1) / 2;
        Self { values: (lag > 0).then(|| Ring::new(lag)), wait: Wait(lag), ema: Ema::new(n) }
    }
}

impl Filter for Zlema {
    fn update(&mut self, x: f64) -> Option<f64> {
        update_by_fill(self, x)
    }

    fn fill(&mut self, x: &[f64], out: &mut [f64]) {
        let Self { values, wait, ema } = self;
        let Some(values) = values else { return ema.fill(x, out) };
        let mut ahead = chunk::scratch(chunk::ROWS, &[x]);
        chunk::each(chunk::ROWS, &[x], &mut [out], |[x], [out]| {
            let ahead = &mut ahead[..x.len()];
            values.with_old(x, ahead, |x, old| 2.0 * x - old);
            let begin = wait.over(out);
            ema.fill(&ahead[begin..], &mut out[begin..]);
        });
    }

    fn append(&mut self, x: &[f64], output: &mut Vec<f64>) -> Option<bool> {
        Some(chunk::append(chunk::ROWS, &[x], output, |[x], out| self.fill(x, out)))
    }

    fn bytes(&self) -> usize {
        self.values.as_ref().map_or(0, Ring::size)
    }
}
