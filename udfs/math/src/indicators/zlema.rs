//! Zero-lag exponential moving average: the EMA of 2·x − x[(n − 1) / 2 rows ago]. The first
//! (n − 1) / 2 + n − 1 rows have none.
//!
//! Ehlers & Way (2010), Zero Lag (Well, Almost), Stocks & Commodities 28(12).

use super::chunk;
use super::ema::Ema;
use super::rows::Wait;
use crate::kernel::{Kernel, Ring};

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

impl Kernel for Zlema {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        let Self { values, wait, ema } = self;
        let Some(values) = values else { return ema.push(inputs, outputs) };
        let mut ahead = chunk::scratch(chunk::ROWS, inputs);
        chunk::each(chunk::ROWS, inputs, outputs, |[x], [out]| {
            let ahead = &mut ahead[..x.len()];
            values.with_old(x, ahead, |x, old| 2.0 * x - old);
            let begin = wait.over(out);
            ema.push(&[&ahead[begin..]], &mut [&mut out[begin..]]);
        });
    }

    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        let [output, ..] = outputs else { return None };
        Some(chunk::append(chunk::ROWS, inputs, output, |[x], out| self.push(&[x], &mut [out])))
    }

    fn size(&self) -> usize {
        self.values.as_ref().map_or(0, Ring::size)
    }
}
