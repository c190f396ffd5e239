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
    /// The first to fourth average.
    pairs: [Pair; 2],
    last: Last,
    /// Rows before the second and before the fourth average.
    waits: [Wait; 2],
}

/// Two averages; outputs both. All six at once would keep each other waiting.
#[derive(Debug, Clone)]
struct Pair([Smoothing; 2]);

/// The average made of the third to sixth; inputs the third and the fourth.
#[derive(Debug, Clone)]
struct Last {
    pair: Pair,
    /// Weights of the third to sixth.
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
        let (average, rows) = (Smoothing::exponential(n), n.max(1) - 1);
        let pair = Pair([average.clone(), average]);
        Self {
            pairs: [pair.clone(), pair.clone()],
            last: Last { pair, weights },
            waits: [Wait(2 * rows), Wait(4 * rows)],
        }
    }
}

impl Chain<1, 2> for Pair {
    fn is_warm(&self) -> bool {
        self.0.iter().all(Smoothing::is_warm)
    }

    #[inline(always)]
    fn next<N: Rows>(&mut self, level: N::Level, [x]: [N; 1]) -> Option<[N; 2]> {
        let [first, second] = &mut self.0;
        let once = first.next(level, x)?;
        Some([once, second.next(level, once)?])
    }
}

impl Chain<2, 1> for Last {
    fn is_warm(&self) -> bool {
        self.pair.is_warm()
    }

    #[inline(always)]
    fn next<N: Rows>(&mut self, level: N::Level, [third, fourth]: [N; 2]) -> Option<[N; 1]> {
        let [fifth, sixth] = self.pair.next(level, [fourth])?;
        let [c3, c4, c5, c6] = self.weights;
        let late = sixth.all(c6) * sixth + fifth.all(c5) * fifth;
        Some([late + fourth.all(c4) * fourth + third.all(c3) * third])
    }
}

impl Kernel for T3 {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        let Self { pairs: [first, second], last, waits: [two, four] } = self;
        let [mut odd, mut even, mut later] = [(); 3].map(|()| chunk::scratch(chunk::ROWS, inputs));
        chunk::each(chunk::ROWS, inputs, outputs, |[x], [out]| {
            let rows = x.len();
            let (odd, even, later) = (&mut odd[..rows], &mut even[..rows], &mut later[..rows]);
            chain::push(first, &[x], &mut [&mut *odd, &mut *even]);
            let begin = two.over(out);
            chain::push(second, &[&even[begin..]], &mut [&mut odd[begin..], &mut later[begin..]]);
            let begin = four.over(out);
            chain::push(last, &[&odd[begin..], &later[begin..]], &mut [&mut out[begin..]]);
        });
    }

    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        let [output, ..] = outputs else { return None };
        Some(chunk::append(chunk::ROWS, inputs, output, |[x], out| self.push(&[x], &mut [out])))
    }
}
