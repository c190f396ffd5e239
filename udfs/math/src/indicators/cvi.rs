//! Chaikin's volatility: by how many percent the exponential average of high − low grew over `lag`
//! rows; 0 where it was 0. The first n − 1 + lag rows have none.

use super::ema::Ema;
use super::filter::{Filter, each_row};
use crate::kernel::{Kernel, Ring};

/// The volatility; inputs high, low.
#[derive(Debug, Clone)]
pub struct Cvi {
    average: Ema,
    averages: Ring,
}

impl Cvi {
    /// Of an average over `n ≥ 1` rows, `lag ≥ 1` rows apart.
    pub fn new(n: usize, lag: usize) -> Self {
        Self { average: Ema::new(n), averages: Ring::new(lag) }
    }

    fn update(&mut self, high: f64, low: f64) -> Option<f64> {
        let average = self.average.update(high - low)?;
        let before = self.averages.push(average)?;
        Some(if before == 0.0 { 0.0 } else { 100.0 * ((average - before) / before) })
    }
}

impl Kernel for Cvi {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[high, low]| self.update(high, low).map(|x| [x]));
    }

    fn size(&self) -> usize {
        self.averages.size()
    }
}
