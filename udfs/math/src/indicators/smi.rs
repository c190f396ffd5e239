//! Stochastic momentum index: the close against the middle of the range, both smoothed twice. Blau
//! (1993), Stochastic Momentum, Stocks & Commodities 11(1).

use super::chain::{self, Chain};
use super::chunk;
use super::rows::{Rows, Wait};
use super::smoothing::Smoothing;
use crate::kernel::Kernel;
use crate::rolling::{Number, Range, Reduction, windows};

/// 100 · EMA(EMA(close − middle)) / (EMA(EMA(range)) / 2), −100 … 100, and its exponential average;
/// the warm-ups of the range and of the three averages add up; 0 where there never was a range.
pub struct Smi {
    n: usize,
    places: Box<dyn Kernel>,
    wait: Wait,
    index: Index,
}

/// Where the close is: its distance from the middle of the range, and the range.
struct Place;

impl Reduction<3, 2, 2> for Place {
    type Join = Range;
    const INPUTS: Option<[usize; 2]> = Some([0, 1]);

    #[inline(always)]
    fn told<N: Number>(&self, [highest, lowest]: [N; 2], [.., close]: [N; 3]) -> [N; 2] {
        [close - highest.middle(lowest), highest - lowest]
    }
}

/// The index of distances and ranges.
#[derive(Debug, Clone)]
struct Index {
    distance: [Smoothing; 2],
    range: [Smoothing; 2],
    signal: Smoothing,
}

impl Chain<2, 2> for Index {
    fn is_warm(&self) -> bool {
        self.signal.is_warm()
    }

    #[inline(always)]
    fn next<N: Rows>(&mut self, level: N::Level, [distance, range]: [N; 2]) -> Option<[N; 2]> {
        let ([slow, fast], [slow_range, fast_range]) = (&mut self.distance, &mut self.range);
        let (distance, range) = (slow.next(level, distance), slow_range.next(level, range));
        let (distance, range) = (fast.next(level, distance?), fast_range.next(level, range?));
        let (distance, range) = (distance?, range?);
        let (none, half) = (range.all(0.0), range / range.all(2.0));
        let index = N::less(none, half, range.all(100.0) * distance / half, none);
        Some([index, self.signal.next(level, index)?])
    }
}

impl Smi {
    /// The range of `n ≥ 2` rows; averages over `slow` rows, of those over `fast` rows, and of the
    /// index over `signal` rows.
    pub fn new(n: usize, fast: usize, slow: usize, signal: usize) -> Self {
        let averages = || [slow, fast].map(Smoothing::exponential);
        let signal = Smoothing::exponential(signal);
        let index = Index { distance: averages(), range: averages(), signal };
        Self { n, places: windows(n, Place), wait: Wait(n.max(1) - 1), index }
    }
}

impl Kernel for Smi {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        let Self { n, places, wait, index } = self;
        let most = chunk::rows(*n);
        let mut place = [(); 2].map(|()| chunk::scratch(most, inputs));
        chunk::each(most, inputs, outputs, |bars: [&[f64]; 3], [line, signal]| {
            let rows = line.len();
            places.push(&bars, &mut place.each_mut().map(|place| &mut place[..rows]));
            let begin = wait.over(line);
            signal[..begin].fill(f64::NAN);
            let place = place.each_ref().map(|place| &place[begin..rows]);
            chain::push(index, &place, &mut [&mut line[begin..], &mut signal[begin..]]);
        });
    }

    fn size(&self) -> usize {
        self.places.size()
    }
}
