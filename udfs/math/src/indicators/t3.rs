//! Tillson's T3: three passes of (1 + v)·EMA(x) − v·EMA(EMA(x)), which is a sum over the third to
//! sixth of six chained EMAs. The first 6·(n − 1) rows have none; n = 1 gives the series itself.
//!
//! Tillson (1998), Smoothing Techniques for More Accurate Signals, Stocks & Commodities 16(1).

use super::ema::Ema;
use super::filter::Filter;

/// The T3 average of a series.
#[derive(Debug, Clone)]
pub struct T3 {
    n: usize,
    stages: [Ema; 6],
    /// Weights of the third to sixth stage.
    weights: [f64; 4],
}

impl T3 {
    /// Over a span of `n ≥ 1` rows with the volume factor `v`, 0 … 1.
    pub fn new(n: usize, v: f64) -> Self {
        let (square, cube) = (v * v, v * v * v);
        let weights = [
            1.0 + 3.0 * v + cube + 3.0 * square,
            -6.0 * square - 3.0 * (v + cube),
            3.0 * (square + cube),
            -cube,
        ];
        Self { n, stages: std::array::from_fn(|_| Ema::new(n)), weights }
    }
}

impl Filter for T3 {
    fn update(&mut self, x: f64) -> Option<f64> {
        if self.n <= 1 {
            return Some(x);
        }
        let mut levels = [0.0; 6];
        let mut level = x;
        for (stage, slot) in self.stages.iter_mut().zip(&mut levels) {
            level = stage.update(level)?;
            *slot = level;
        }
        let [.., third, fourth, fifth, sixth] = levels;
        let [c3, c4, c5, c6] = self.weights;
        Some(c6 * sixth + c5 * fifth + c4 * fourth + c3 * third)
    }
}
