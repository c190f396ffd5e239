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
    /// There is none in the first row.
    wait: Wait,
    /// The shortest span first.
    spans: [Stage; 3],
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

impl UltOsc {
    /// An oscillator over three spans of at least one row, in any order.
    pub fn new(mut spans: [usize; 3]) -> Self {
        spans.sort_unstable();
        Self {
            longest: spans[2],
            pressures: Lagged::new(1, Pressure),
            wait: Wait(1),
            spans: spans.map(|n| Stage::new(windows(n, Share))),
        }
    }
}

impl Kernel for UltOsc {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        let Self { longest, pressures, wait, spans } = self;
        let most = chunk::rows(*longest);
        let mut made = [(); 2].map(|()| chunk::scratch(most, inputs));
        let mut weighted = chunk::scratch(most, inputs);
        chunk::each(most, inputs, outputs, |bars: [&[f64]; 3], [out]| {
            let rows = out.len();
            pressures.push(&bars, &mut made.each_mut().map(|made| &mut made[..rows]));
            let begin = wait.over(out);
            let made = made.each_ref().map(|made| &made[begin..rows]);
            let [a, b, c] = spans.each_mut().map(|span| span.next(&made));
            let weighted = &mut weighted[begin..rows];
            chunk::map([a, b], weighted, |[a, b]| 4.0 * a + 2.0 * b);
            chunk::map([weighted, c], &mut out[begin..], |[ab, c]| 100.0 * ((ab + c) / 7.0));
        });
    }

    fn size(&self) -> usize {
        self.pressures.size() + self.spans.iter().map(Stage::size).sum::<usize>()
    }
}
