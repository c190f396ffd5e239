//! The kernel of all candlestick patterns: chunks of candles by columns, and an expression that is found
//! at several rows at once.

use fearless_simd::{Level as Processor, Simd};

use super::chunk::{BEFORE, Chunk, ROWS, Recent};
use super::window::Window;
use super::yardstick::Yardstick;
use crate::kernel::Kernel;
use crate::rolling::{LANES, Lanes, Mask, Number as _};
use crate::scan::any_nan;

/// A pattern: how far back it reads, and what it looks like.
#[derive(Debug, Clone, Copy)]
pub struct Pattern {
    /// How many candles before the last one it reads: the warm-up.
    pub lookback: usize,
    /// What it measures candles by.
    pub(super) yardsticks: &'static [Yardstick],
    /// Writes the signals of a chunk: 100 for a bullish pattern that ends with the candle, −100 for a
    /// bearish one, 0 for none; some patterns have the grades 80 and 200. NaN where a price is no number.
    pub(super) find: fn(Processor, &Chunk, f64, &mut [f64]),
}

/// The pattern of a lookback, yardsticks, and an expression that gives the signals at a window.
macro_rules! pattern {
    ($lookback:expr, $yardsticks:expr, |$window:ident| $signals:expr) => {{
        #[inline(always)]
        fn find<V: fearless_simd::Simd>(
            $window: $crate::candlesticks::window::Window<'_, V>,
        ) -> $crate::rolling::Lanes<V> {
            $signals
        }
        $crate::candlesticks::Pattern {
            lookback: $lookback,
            yardsticks: &$yardsticks,
            find: |processor, chunk, penetration, signals| {
                $crate::dispatch::dispatch!(processor, simd => {
                    $crate::candlesticks::pattern::fill(
                        simd,
                        chunk,
                        penetration,
                        signals,
                        // As a closure it is inlined for sure.
                        #[inline(always)]
                        |window| find(window),
                    );
                });
            },
        }
    }};
}
pub(super) use pattern;

/// Writes the signals of a chunk, whole registers of them.
#[inline(always)]
pub(super) fn fill<V: Simd>(
    simd: V,
    chunk: &Chunk,
    penetration: f64,
    signals: &mut [f64],
    find: impl Fn(Window<'_, V>) -> Lanes<V>,
) {
    simd.vectorize(
        #[inline(always)]
        || {
            let registers = signals.chunks_exact_mut(Lanes::<V>::COUNT);
            for (i, signals) in registers.enumerate().take(ROWS / Lanes::<V>::COUNT) {
                let window = Window { simd, chunk, row: i * Lanes::<V>::COUNT, penetration };
                (find(window) + window.ago(0).nothing()).write(signals);
            }
        },
    );
}

/// 100 where a bullish pattern is there.
#[inline(always)]
pub(super) fn bullish<V: Simd>(there: Mask<V>) -> Lanes<V> {
    there.either(100.0, 0.0)
}

/// −100 where a bearish pattern is there.
#[inline(always)]
pub(super) fn bearish<V: Simd>(there: Mask<V>) -> Lanes<V> {
    there.either(-100.0, 0.0)
}

/// 100 or −100 where a pattern is there.
#[inline(always)]
pub(super) fn signed<V: Simd>(there: Mask<V>, up: Mask<V>) -> Lanes<V> {
    graded(there, up, up.either(100.0, 100.0))
}

/// A grade, or less than nothing by as much, where a pattern is there.
#[inline(always)]
pub(super) fn graded<V: Simd>(there: Mask<V>, up: Mask<V>, grade: Lanes<V>) -> Lanes<V> {
    there.choose(up.choose(grade, grade * -1.0), grade.all(0.0))
}

/// The kernel of a pattern. Inputs: open, high, low, close. One output: the signal, NaN for the
/// first `lookback` rows.
#[derive(Debug, Clone)]
pub struct Candlesticks {
    pattern: Pattern,
    penetration: f64,
    /// Rows that are still to come before there is a signal.
    wanting: usize,
    recent: Recent,
}

impl Candlesticks {
    /// Looks for a pattern.
    pub fn new(pattern: Pattern) -> Self {
        Self::penetrating(pattern, 0.0)
    }

    /// Looks for a pattern in which a candle reaches into an earlier body, by this share of it.
    pub fn penetrating(pattern: Pattern, penetration: f64) -> Self {
        Self { pattern, penetration, wanting: pattern.lookback, recent: [[0.0; BEFORE]; 4] }
    }

    /// Takes the next candles, and hands on their signals, oldest first.
    fn run(&mut self, processor: Processor, inputs: &[&[f64]], mut put: impl FnMut(&[f64])) {
        let Some(inputs) = inputs.first_chunk::<4>() else { return };
        let mut chunk = Chunk::new(&self.recent);
        let mut room = [0.0; ROWS];
        for start in (0..inputs[0].len()).step_by(ROWS) {
            let rows = ROWS.min(inputs[0].len() - start);
            chunk.take(processor, inputs.map(|input| &input[start..start + rows]));
            for yardstick in self.pattern.yardsticks {
                yardstick.measure(processor, &mut chunk, rows);
            }
            let signals = &mut room[..rows.next_multiple_of(LANES)];
            (self.pattern.find)(processor, &chunk, self.penetration, signals);
            let none = self.wanting.min(rows);
            signals[..none].fill(f64::NAN);
            self.wanting -= none;
            put(&signals[..rows]);
            chunk.turn(rows);
        }
        self.recent = chunk.recent();
    }
}

impl Kernel for Candlesticks {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        let [out, ..] = outputs else { return };
        let mut rest = &mut **out;
        self.run(Processor::new(), inputs, |signals| {
            if let Some(place) = rest.split_off_mut(..signals.len()) {
                place.copy_from_slice(signals);
            }
        });
    }

    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        let [output, ..] = outputs else { return None };
        output.reserve(inputs.first()?.len());
        let mut none = false;
        self.run(Processor::new(), inputs, |signals| {
            none |= any_nan(signals);
            output.extend_from_slice(signals);
        });
        Some(!none)
    }
}

#[cfg(test)]
mod tests {
    use super::super::longer::CDLHIKKAKEMOD;
    use super::super::pairs::{CDLENGULFING, CDLHAMMER};
    use super::super::single::CDLSHORTLINE;
    use super::*;
    use crate::dispatch::every;

    /// Candles on a grid, so that ends are shared and prices are equal now and then.
    fn candles(rows: usize) -> [Vec<f64>; 4] {
        let mut state = 1_u64;
        let mut draw = |most: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            ((state >> 33) % most) as f64
        };
        let mut columns = [const { Vec::new() }; 4];
        for _ in 0..rows {
            let (open, close) = (draw(9), draw(9));
            let prices = [open, open.max(close) + draw(9), open.min(close) - draw(9), close];
            columns.iter_mut().zip(prices).for_each(|(column, price)| column.push(price));
        }
        columns
    }

    #[test]
    fn every_processor_gives_the_same() {
        let columns = candles(1000);
        let inputs = columns.each_ref().map(Vec::as_slice);
        for pattern in [CDLENGULFING, CDLHAMMER, CDLHIKKAKEMOD, CDLSHORTLINE] {
            let signals = every().map(|processor| {
                let mut signals = vec![];
                let mut kernel = Candlesticks::new(pattern);
                kernel.run(processor, &inputs, |x| signals.extend(x.iter().map(|x| x.to_bits())));
                signals
            });
            let signals: Vec<Vec<u64>> = signals.collect();
            assert!(signals.iter().all(|of_one| *of_one == signals[0]));
            assert!(signals[0][pattern.lookback..].iter().any(|signal| *signal != 0));
        }
    }

    #[test]
    fn the_signal_of_a_row_that_is_no_number_is_none() {
        for (column, wrong) in [(0, f64::NAN), (1, f64::INFINITY), (2, f64::NEG_INFINITY)] {
            for row in [20, 100, 199] {
                let mut columns = candles(200);
                columns[column][row] = wrong;
                let inputs = columns.each_ref().map(Vec::as_slice);
                let mut kernel = Candlesticks::new(CDLENGULFING);
                let mut signals = vec![];
                let (before, after) = (inputs.map(|x| &x[..10]), inputs.map(|x| &x[10..]));
                assert_eq!(kernel.append(&before, &mut [&mut signals]), Some(false));
                assert_eq!(kernel.append(&after, &mut [&mut signals]), Some(false));
                assert!(signals[row].is_nan());
            }
        }
    }
}
