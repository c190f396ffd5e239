//! Fractals: swing highs and lows, told once the bars after them are known.
//!
//! Williams (1995), Trading Chaos: a bar whose high is above those of the `left` bars before and the
//! `right` bars after it. The value stands in the last of those bars, not in the swing itself, so
//! nothing of the future is in it.

use super::chunk;
use super::rows::Wait;
use super::stage::Stage;
use crate::kernel::Kernel;
use crate::lagged::{Lagged, OfRows};
use crate::rolling::{Number, Range, Reduction, windows};

/// 100 where the bar `right` rows ago was a swing high, and a swing low, else 0; `left + right` rows
/// of warm-up. Equal extremes are no swing.
pub struct Fractal {
    longest: usize,
    left: Stage<2>,
    before: Stage<2>,
    right: Stage<2>,
    swings: Lagged<Swings, 6, 2>,
    wait: Wait,
}

/// The highest high and the lowest low.
struct Ends;

impl Reduction<2, 2, 2> for Ends {
    type Join = Range;
    const INPUTS: Option<[usize; 2]> = Some([0, 1]);

    #[inline(always)]
    fn told<N: Number>(&self, ends: [N; 2], _: [N; 2]) -> [N; 2] {
        ends
    }
}

/// Those up to the row before.
struct Before;

impl OfRows<2, 2> for Before {
    #[inline(always)]
    fn of<N: Number>(&self, _: [N; 2], before: [N; 2]) -> [N; 2] {
        before
    }
}

/// Of the bar, the ends of the bars before it, and those of the bars up to a later one.
struct Swings;

impl OfRows<6, 2> for Swings {
    #[inline(always)]
    fn of<N: Number>(&self, after: [N; 6], bar: [N; 6]) -> [N; 2] {
        let ([.., highest, lowest], [high, low, highest_before, lowest_before, ..]) = (after, bar);
        let (yes, no) = (high.all(100.0), high.all(0.0));
        [
            N::less(highest_before.greater(highest), high, yes, no),
            N::less(low, lowest_before.lesser(lowest), yes, no),
        ]
    }
}

impl Fractal {
    /// Swings among `left ≥ 1` bars before and `right ≥ 1` bars after.
    pub fn new(left: usize, right: usize) -> Self {
        Self {
            longest: left.max(right),
            left: Stage::new(windows(left, Ends)),
            before: Stage::new(Box::new(Lagged::new(1, Before))),
            right: Stage::new(windows(right, Ends)),
            swings: Lagged::new(right, Swings),
            wait: Wait(left + right),
        }
    }
}

impl Kernel for Fractal {
    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        let Self { longest, left, before, right, swings, wait } = self;
        chunk::append_each(chunk::rows(*longest), inputs, |bars: [_; 2]| {
            let ([a, b], [c, d]) = (before.next(&left.next(&bars)), right.next(&bars));
            let finite = swings.append(&[bars[0], bars[1], a, b, c, d], outputs);
            let begin = wait.pass(bars[0].len());
            for output in &mut *outputs {
                let start = output.len() - bars[0].len();
                output[start..start + begin].fill(f64::NAN);
            }
            finite == Some(true) && begin == 0
        })
    }

    fn size(&self) -> usize {
        self.left.size() + self.before.size() + self.right.size() + self.swings.size()
    }
}
