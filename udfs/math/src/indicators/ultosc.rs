//! Ultimate oscillator: buying pressure over three spans.
//!
//! Williams (1985), The Ultimate Oscillator, Stocks & Commodities 3(4): with pressure = close −
//! min(low, close before), the index is 100 · (4a + 2b + c)/7, where a, b and c are Σ pressure /
//! Σ true range over the shortest, the middle and the longest span.

use super::chunk;
use super::rows::Wait;
use super::stage::Stage;
use super::true_range::largest;
use crate::kernel::{Kernel, append};
use crate::lagged::{Lagged, OfRows};
use crate::rolling::{Number, Reduction, Sums, windows};

/// The oscillator, 0 … 100; as many rows of warm-up as the longest span. A span without range
/// counts 0.
pub struct UltOsc {
    longest: usize,
    pressures: Lagged<Pressure, 3, 2>,
    made: [Vec<f64>; 2],
    /// There is none in the first row.
    wait: Wait,
    /// Over the shortest and the middle span.
    shares: [Stage; 2],
    /// Over the longest one.
    weighted: Box<dyn Kernel>,
}

/// Buying pressure and true range of high, low and close.
struct Pressure;

impl OfRows<3, 2> for Pressure {
    #[inline(always)]
    fn of<N: Number>(&self, bar: [N; 3], before: [N; 3]) -> [N; 2] {
        let ([high, low, close], [.., before]) = (bar, before);
        [close - low.lesser(before), largest([high, low], before)]
    }
}

/// Σ pressure / Σ true range.
struct Share;

impl Reduction<2, 2, 1> for Share {
    type Join = Sums;
    const INPUTS: Option<[usize; 2]> = Some([0, 1]);

    #[inline(always)]
    fn told<N: Number>(&self, sums: [N; 2], _: [N; 2]) -> [N; 1] {
        [share(sums)]
    }
}

/// The oscillator, from pressure, true range, and the shares over the shortest and the middle span.
struct Weighted;

impl Reduction<4, 2, 1> for Weighted {
    type Join = Sums;
    const INPUTS: Option<[usize; 2]> = Some([0, 1]);

    #[inline(always)]
    fn told<N: Number>(&self, sums: [N; 2], [.., a, b]: [N; 4]) -> [N; 1] {
        let sum = a * a.all(4.0) + b * a.all(2.0) + share(sums);
        [sum / a.all(7.0) * a.all(100.0)]
    }
}

#[inline(always)]
fn share<N: Number>([pressure, range]: [N; 2]) -> N {
    let none = range.all(0.0);
    N::less(none, range, pressure / range, none)
}

impl UltOsc {
    /// An oscillator over three spans of at least one row, in any order.
    pub fn new(mut spans: [usize; 3]) -> Self {
        spans.sort_unstable();
        Self {
            longest: spans[2],
            pressures: Lagged::new(1, Pressure),
            made: [vec![], vec![]],
            wait: Wait(1),
            shares: [spans[0], spans[1]].map(|n| Stage::new(windows(n, Share))),
            weighted: windows(spans[2], Weighted),
        }
    }
}

impl Kernel for UltOsc {
    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        let Self { longest, pressures, made, wait, shares, weighted } = self;
        chunk::append_each(chunk::rows(*longest), inputs, |bars: [_; 3]| {
            made.iter_mut().for_each(Vec::clear);
            let finite = pressures.append(&bars, &mut made.each_mut()) == Some(true);
            let begin = wait.pass(bars[0].len());
            outputs[0].extend(std::iter::repeat_n(f64::NAN, begin));
            let [pressures, ranges] = made.each_ref().map(|made| &made[begin..]);
            let [[a], [b]] = shares.each_mut().map(|share| share.next(&[pressures, ranges]));
            append(&mut **weighted, &[pressures, ranges, a, b], outputs) && finite
        })
    }

    fn size(&self) -> usize {
        let made = self.made.iter().map(Vec::capacity).sum::<usize>() * size_of::<f64>();
        self.pressures.size()
            + made
            + self.shares.iter().map(Stage::size).sum::<usize>()
            + self.weighted.size()
    }
}
