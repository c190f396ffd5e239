//! Tillson's T3: three passes of (1 + v)·EMA(x) − v·EMA(EMA(x)), which is a sum over the third to
//! sixth of six chained EMAs. The first 6·(n − 1) rows have none; n = 1 gives the series itself.
//!
//! Tillson (1998), Smoothing Techniques for More Accurate Signals, Stocks & Commodities 16(1).

use super::chain::Chain;
use super::rows::Rows;
use super::smoothing::Smoothing;

/// The T3 average of a series.
#[derive(Debug, Clone)]
pub struct T3 {
    stages: [Smoothing; 6],
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
        // Averages of one row are the series itself, which the rounding of weights would change.
        let weights = if n <= 1 { [1.0, 0.0, 0.0, 0.0] } else { weights };
        Self { stages: std::array::from_fn(|_| Smoothing::exponential(n)), weights }
    }
}

impl Chain<1, 1> for T3 {
    fn is_warm(&self) -> bool {
        self.stages.iter().all(Smoothing::is_warm)
    }

    #[inline(always)]
    fn next<N: Rows>(&mut self, level: N::Level, [x]: [N; 1]) -> Option<[N; 1]> {
        let (mut levels, mut average) = ([x; 6], x);
        for (stage, slot) in self.stages.iter_mut().zip(&mut levels) {
            average = stage.next(level, average)?;
            *slot = average;
        }
        let [.., third, fourth, fifth, sixth] = levels;
        let [c3, c4, c5, c6] = self.weights.map(|weight| x.all(weight));
        Some([c6 * sixth + c5 * fifth + c4 * fourth + c3 * third])
    }
}
