//! Ultimate oscillator: buying pressure over three spans.
//!
//! Williams (1985), The Ultimate Oscillator, Stocks & Commodities 3(4): with pressure = close −
//! min(low, close before), the index is 100 · (4a + 2b + c)/7, where a, b and c are Σ pressure /
//! Σ true range over the shortest, the middle and the longest span.

use super::chunk;
use super::rows::Wait;
use super::stage::Stage;
use super::true_range::largest;
use crate::kernel::Kernel;
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
    /// The shortest span first.
    spans: [Stage; 3],
    weighted: Lagged<Weighted, 3, 1>,
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
    fn told<N: Number>(&self, [pressure, range]: [N; 2], _: [N; 2]) -> [N; 1] {
        let none = range.all(0.0);
        [N::less(none, range, pressure / range, none)]
    }
}

/// The oscillator from the shares over the shortest, the middle and the longest span.
struct Weighted;

impl OfRows<3, 1> for Weighted {
    #[inline(always)]
    fn of<N: Number>(&self, [a, b, c]: [N; 3], _: [N; 3]) -> [N; 1] {
        let sum = a * a.all(4.0) + b * a.all(2.0) + c;
        [sum / a.all(7.0) * a.all(100.0)]
    }
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
            spans: spans.map(|n| Stage::new(windows(n, Share))),
            weighted: Lagged::new(0, Weighted),
        }
    }
}

impl Kernel for UltOsc {
    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        let Self { longest, pressures, made, wait, spans, weighted } = self;
        chunk::append_each(chunk::rows(*longest), inputs, |bars: [_; 3]| {
            made.iter_mut().for_each(Vec::clear);
            let finite = pressures.append(&bars, &mut made.each_mut()) == Some(true);
            let begin = wait.pass(bars[0].len());
            outputs[0].extend(std::iter::repeat_n(f64::NAN, begin));
            let made = made.each_ref().map(|made| &made[begin..]);
            let [[a], [b], [c]] = spans.each_mut().map(|span| span.next(&made));
            weighted.append(&[a, b, c], outputs) == Some(true) && finite
        })
    }

    fn size(&self) -> usize {
        let made = self.made.iter().map(Vec::capacity).sum::<usize>() * size_of::<f64>();
        self.pressures.size() + made + self.spans.iter().map(Stage::size).sum::<usize>()
    }
}
