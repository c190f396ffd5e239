//! Supertrend: a band at a multiple of the average true range (Wilder's, `n` rows) from the middle of
//! the bar, which only moves towards the price until the close passes it. Up-trends show the lower
//! band and 1, down-trends the upper band and −1. The first n rows have none; it begins with an
//! up-trend, as in TA-Lib.
//!
//! Seban (2009), Tout le monde mérite d'être riche.

use fearless_simd::{Level as Processor, Simd};

use super::chunk;
use super::lookback::Lookback;
use super::true_range::largest;
use super::wilder::Wilder;
use crate::dispatch::dispatch;
use crate::kernel::Kernel;

/// The band; inputs high, low, close; outputs the band and the trend.
#[derive(Debug, Clone)]
pub struct Supertrend {
    close: Lookback,
    average: Wilder,
    multiple: f64,
    /// Rows without a result, yet to come.
    warm_up: usize,
    /// NaN before there is a band.
    state: State,
}

#[derive(Debug, Clone, Copy)]
struct State {
    upper: f64,
    lower: f64,
    is_up: bool,
}

impl Supertrend {
    /// Over `n ≥ 1` rows.
    pub fn new(n: usize, multiple: f64) -> Self {
        let n = n.max(1);
        Self {
            close: Lookback::new(1, f64::NAN),
            average: Wilder::new(n),
            multiple,
            warm_up: n,
            state: State { upper: f64::NAN, lower: f64::NAN, is_up: true },
        }
    }

    fn chunk(&mut self, [high, low, close]: [&[f64]; 3], out: [&mut [f64]; 2]) {
        let rows = close.len();
        let mut columns = [[0.0; chunk::ROWS]; 2];
        let [ranges, widths] = columns.each_mut().map(|column| &mut column[..rows]);
        self.close.take(close);
        let closes = self.close.values();
        dispatch!(Processor::new(), simd => simd.vectorize(#[inline(always)] || {
            let bars = high.iter().zip(low).zip(closes);
            for (range, ((high, low), before)) in ranges.iter_mut().zip(bars) {
                *range = largest([*high, *low], *before);
            }
        }));
        // The first row has no close before it.
        let first = usize::from(closes[0].is_nan()).min(rows);
        self.average.push(&[&ranges[first..]], &mut [&mut widths[first..]]);
        let none = self.warm_up.min(rows);
        self.warm_up -= none;
        let [bands, trends] = out;
        bands[..none].fill(f64::NAN);
        trends[..none].fill(f64::NAN);
        let mut state = self.state;
        for row in none..rows {
            let width = self.multiple * widths[row];
            state = state.next([high[row], low[row], close[row], closes[row]], width);
            bands[row] = if state.is_up { state.lower } else { state.upper };
            trends[row] = if state.is_up { 1.0 } else { -1.0 };
        }
        self.state = state;
    }
}

impl State {
    #[inline(always)]
    fn next(self, [high, low, close, close_before]: [f64; 4], width: f64) -> Self {
        let middle = f64::midpoint(high, low);
        let (upper, lower) = (middle + width, middle - width);
        // Bands that only move towards the price, as long as it has not passed them.
        let held_upper = if upper < self.upper { upper } else { self.upper };
        let held_lower = if lower > self.lower { lower } else { self.lower };
        let upper = if close_before <= self.upper { held_upper } else { upper };
        let lower = if close_before >= self.lower { held_lower } else { lower };
        let is_up = if self.is_up { close >= lower } else { close > upper };
        Self { upper, lower, is_up: is_up | self.upper.is_nan() }
    }
}

impl Kernel for Supertrend {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        let (Some(bars), [bands, trends, ..]) = (inputs.first_chunk::<3>(), outputs) else {
            return;
        };
        let out = bands.chunks_mut(chunk::ROWS).zip(trends.chunks_mut(chunk::ROWS));
        for (at, (bands, trends)) in out.enumerate() {
            let rows = at * chunk::ROWS..at * chunk::ROWS + bands.len();
            self.chunk(bars.map(|bar| &bar[rows.clone()]), [bands, trends]);
        }
    }

    fn size(&self) -> usize {
        self.close.size()
    }
}
