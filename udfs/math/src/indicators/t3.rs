//! Tillson's T3: three passes of (1 + v)·EMA(x) − v·EMA(EMA(x)), which is a sum over the third to
//! sixth of six chained EMAs. The first 6·(n − 1) rows have none; n = 1 gives the series itself.
//!
//! Tillson (1998), Smoothing Techniques for More Accurate Signals, Stocks & Commodities 16(1).

use super::chain::{self, Chain};
use super::chunk;
use super::rows::{Rows, Wait};
use super::smoothing::Smoothing;
use crate::kernel::Kernel;

/// The T3 average of a series.
#[derive(Debug, Clone)]
pub struct T3 {
    early: Early,
    wait: Wait,
    late: Late,
}

/// The third average.
#[derive(Debug, Clone)]
struct Early([Smoothing; 3]);

/// What is made of the third average and those after it. All six at once would take more registers
/// than there are.
#[derive(Debug, Clone)]
struct Late {
    stages: [Smoothing; 3],
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
        let stages = std::array::from_fn(|_| Smoothing::exponential(n));
        Self {
            early: Early(stages.clone()),
            wait: Wait(3 * (n.max(1) - 1)),
            late: Late { stages, weights },
        }
    }
}

impl Chain<1, 1> for Early {
    fn is_warm(&self) -> bool {
        self.0.iter().all(Smoothing::is_warm)
    }

    #[inline(always)]
    fn next<N: Rows>(&mut self, level: N::Level, [x]: [N; 1]) -> Option<[N; 1]> {
        let [first, second, third] = &mut self.0;
        let average = second.next(level, first.next(level, x)?)?;
        Some([third.next(level, average)?])
    }
}

impl Chain<1, 1> for Late {
    fn is_warm(&self) -> bool {
        self.stages.iter().all(Smoothing::is_warm)
    }

    #[inline(always)]
    fn next<N: Rows>(&mut self, level: N::Level, [third]: [N; 1]) -> Option<[N; 1]> {
        let [to_fourth, to_fifth, to_sixth] = &mut self.stages;
        let fourth = to_fourth.next(level, third)?;
        let fifth = to_fifth.next(level, fourth)?;
        let sixth = to_sixth.next(level, fifth)?;
        let [c3, c4, c5, c6] = self.weights;
        let [c3, c4, c5, c6] = [third.all(c3), third.all(c4), third.all(c5), third.all(c6)];
        Some([c6 * sixth + c5 * fifth + c4 * fourth + c3 * third])
    }
}

impl Kernel for T3 {
    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        let [output, ..] = outputs else { return None };
        let Self { early, wait, late } = self;
        let mut thirds = Vec::with_capacity(chunk::ROWS);
        output.reserve(inputs.first()?.len());
        chunk::append_each(chunk::ROWS, inputs, |[x]| {
            thirds.clear();
            let finite = chain::append(early, &[x], &mut thirds);
            let begin = wait.pass(thirds.len());
            output.extend(std::iter::repeat_n(f64::NAN, begin));
            finite & chain::append(late, &[&thirds[begin..]], output)
        })
    }
}
