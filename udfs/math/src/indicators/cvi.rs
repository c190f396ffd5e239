//! Chaikin's volatility: by how many percent the exponential average of high − low grew over `lag`
//! rows; 0 where it was 0. The first n − 1 + lag rows have none.

use super::chain::{self, Chain};
use super::chunk;
use super::rows::Rows;
use super::smoothing::Smoothing;
use crate::kernel::{Kernel, Ring};

/// The volatility; inputs high, low.
#[derive(Debug, Clone)]
pub struct Cvi {
    average: RangeAverage,
    averages: Ring,
}

/// The exponential average of high − low.
#[derive(Debug, Clone)]
struct RangeAverage(Smoothing);

impl Cvi {
    /// Of an average over `n ≥ 1` rows, `lag ≥ 1` rows apart.
    pub fn new(n: usize, lag: usize) -> Self {
        Self { average: RangeAverage(Smoothing::exponential(n)), averages: Ring::new(lag) }
    }
}

impl Chain<2, 1> for RangeAverage {
    fn is_warm(&self) -> bool {
        self.0.is_warm()
    }

    #[inline(always)]
    fn next<N: Rows>(&mut self, level: N::Level, [high, low]: [N; 2]) -> Option<[N; 1]> {
        Some([self.0.next(level, high - low)?])
    }
}

impl Kernel for Cvi {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        let Self { average, averages } = self;
        let mut now = chunk::scratch(chunk::ROWS, inputs);
        chunk::each(chunk::ROWS, inputs, outputs, |bars: [&[f64]; 2], [out]| {
            let now = &mut now[..out.len()];
            chain::push(average, &bars, &mut [now]);
            averages.with_old(now, out, |now, before| {
                let growth = 100.0 * ((now - before) / before);
                if before == 0.0 { 0.0 } else { growth }
            });
        });
    }

    fn size(&self) -> usize {
        self.averages.size()
    }
}
