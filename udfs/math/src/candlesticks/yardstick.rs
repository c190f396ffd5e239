//! What candles are measured by: the mean of a measure over the ten or five candles before, at each
//! row of a chunk.
//!
//! Sums of 2, 4, 5 and 10 rows are made of each other and nothing is ever subtracted, so that a mean
//! depends on its own rows only. (A running sum, as TA-Lib has it, carries rounding from the start of
//! the series, which decides where prices do not move at all.)

use fearless_simd::{Level as Processor, Simd};

use super::candle::Candle;
use super::chunk::{BEFORE, Chunk, Column};
use crate::dispatch::dispatch;
use crate::rolling::{Block, LANES, Number as _};

/// What candles are measured by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Yardstick {
    /// The mean body of the ten candles before.
    Body,
    /// The mean range of the ten candles before.
    Range,
    /// The mean of both shadows together of the ten candles before.
    Shadows,
    /// The mean range of the five candles before.
    LateRange,
}

impl Yardstick {
    /// How many there are.
    pub const COUNT: usize = 4;

    /// Measures the rows of a chunk.
    pub fn measure(self, processor: Processor, chunk: &mut Chunk, rows: usize) {
        let (prices, place) = chunk.measure(self);
        dispatch!(processor, simd => simd.vectorize(
            #[inline(always)]
            || match self {
                Self::Body => means::<_, true>(simd, prices, rows, Candle::body, place),
                Self::Range => means::<_, true>(simd, prices, rows, Candle::range, place),
                Self::Shadows => means::<_, true>(simd, prices, rows, Candle::shadows, place),
                Self::LateRange => means::<_, false>(simd, prices, rows, Candle::range, place),
            },
        ));
    }
}

/// At each row of a chunk, and of some before it, the mean of a measure over the ten, or five, rows
/// before it.
#[inline(always)]
fn means<V: Simd, const TEN: bool>(
    simd: V,
    prices: &[Column; 4],
    rows: usize,
    measure: impl Fn(&Candle<Block<V>>) -> Block<V>,
    means: &mut Column,
) {
    let [open, high, low, close] = prices.each_ref().map(|column| column.as_chunks().0);
    let (mut sums, mut before) = (Sums::new(simd), Block::splat(simd, 0.0));
    for at in 0..(BEFORE + rows).div_ceil(LANES) {
        let candle = Candle {
            open: Block::read(simd, &open[at]),
            high: Block::read(simd, &high[at]),
            low: Block::read(simd, &low[at]),
            close: Block::read(simd, &close[at]),
        };
        let [five, ten] = sums.next(measure(&candle));
        let mean = if TEN { ten / ten.all(10.0) } else { five / five.all(5.0) };
        // One row later, since they come before it. In whole blocks, as they are read.
        if let Some(place) = means[at * LANES..].first_chunk_mut() {
            mean.earlier(1, before).write(place);
        }
        before = mean;
    }
}

/// The blocks of sums over 1, 2 and 5 rows before the next.
struct Sums<V: Simd>([Block<V>; 3]);

impl<V: Simd> Sums<V> {
    #[inline(always)]
    fn new(simd: V) -> Self {
        Self([Block::splat(simd, 0.0); 3])
    }

    /// The sums over the last five and ten rows at each of the next eight.
    #[inline(always)]
    fn next(&mut self, one: Block<V>) -> [Block<V>; 2] {
        let before = self.0;
        let two = one.earlier(1, before[0]) + one;
        let four = two.earlier(2, before[1]) + two;
        let five = one.earlier(4, before[0]) + four;
        let ten = five.earlier(5, before[2]) + five;
        self.0 = [one, two, five];
        [five, ten]
    }
}

#[cfg(test)]
mod tests {
    use super::super::chunk::ROWS;
    use super::*;

    type Measure = fn(&Candle<f64>) -> f64;

    #[test]
    fn they_are_means_of_the_candles_before() {
        let rows = 3 * ROWS;
        let wave = |step: f64| (0..rows).map(|i| (i as f64 * step).sin()).collect::<Vec<_>>();
        let (open, close) = (wave(0.7), wave(1.3));
        let high: Vec<_> = open.iter().zip(&close).map(|(o, c)| o.max(*c) + 0.3).collect();
        let low: Vec<_> = open.iter().zip(wave(0.9)).map(|(o, x)| o - 2.5 - x).collect();
        let candle =
            |i: usize| Candle { open: open[i], high: high[i], low: low[i], close: close[i] };
        let yardsticks: [(_, Measure, usize); Yardstick::COUNT] = [
            (Yardstick::Body, Candle::body, 10),
            (Yardstick::Range, Candle::range, 10),
            (Yardstick::Shadows, Candle::shadows, 10),
            (Yardstick::LateRange, Candle::range, 5),
        ];
        for processor in [Processor::baseline(), Processor::new()] {
            for (yardstick, measure, period) in yardsticks {
                let mut chunk = Chunk::new(&[[0.0; BEFORE]; 4]);
                for start in (0..rows).step_by(ROWS) {
                    let taken = [&open, &high, &low, &close].map(|x| &x[start..start + ROWS]);
                    chunk.take(processor, taken);
                    yardstick.measure(processor, &mut chunk, ROWS);
                    // Those of four rows before a chunk are asked for, too.
                    for i in start.max(10 + 4) - 4..start + ROWS {
                        let sum: f64 = (i - period..i).map(|i| measure(&candle(i))).sum();
                        let ours = chunk.yardstick(yardstick)[BEFORE + i - start];
                        let error = (ours - sum / period as f64).abs();
                        assert!(error < 1e-14, "{yardstick:?} row {i}: {ours}");
                    }
                    chunk.turn(ROWS);
                }
            }
        }
    }
}
