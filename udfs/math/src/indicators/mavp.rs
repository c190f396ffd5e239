//! Moving average with a period of its own in each row, cut to whole rows and to the bounds. The
//! rows before the longest period's first average have none.
//!
//! Simple means are put together row by row back, from the shortest to the longest. Of the other types
//! an average of each period runs all the time. As in TA-Lib, those of the shorter periods begin so
//! late that all have their first value in one row.

use fearless_simd::{Level as Processor, Simd};

use super::chunk;
use super::lookback::{Lookback, put};
use super::moving_average::{moving_average, warm_up};
use crate::dispatch::dispatch;
use crate::kernel::Kernel;
use crate::rolling::{Block, LANES, Number};

/// The type of simple means.
const SIMPLE: i64 = 0;

/// The average; inputs the series and the periods.
pub struct Mavp {
    least: usize,
    averages: Averages,
}

enum Averages {
    /// Of the last rows, as many as the longest period.
    Simple(Lookback),
    /// By period from the least: the rows until it begins, and the average.
    Running(Vec<(usize, Box<dyn Kernel>)>),
}

impl Mavp {
    /// Periods from `least ≥ 1` to `most ≥ least`; `None` if they are in the wrong order or there is
    /// no such type of average. Memory grows with the sum of the periods.
    pub fn new(least: usize, most: usize, matype: i64) -> Option<Self> {
        if most < least {
            return None;
        }
        if matype == SIMPLE {
            let rows = Lookback::new(most.max(1) - 1, f64::NAN);
            return Some(Self { least, averages: Averages::Simple(rows) });
        }
        let longest = warm_up(matype, most);
        let average = |n| Some((longest - warm_up(matype, n), moving_average(matype, n)?));
        let averages: Option<Vec<_>> = (least..=most).map(average).collect();
        Some(Self { least, averages: Averages::Running(averages?) })
    }

    fn chunk(&mut self, [x, periods]: [&[f64]; 2], out: &mut [f64]) {
        match &mut self.averages {
            Averages::Simple(rows) => {
                rows.take(x);
                dispatch!(Processor::new(), simd => simd.vectorize(
                    #[inline(always)]
                    || means(simd, rows, self.least, periods, out),
                ));
            }
            Averages::Running(averages) => {
                out.fill(f64::NAN);
                for (n, (wait, average)) in (self.least..).zip(averages) {
                    let waiting = (*wait).min(x.len());
                    *wait -= waiting;
                    let mut values = [f64::NAN; chunk::ROWS];
                    average.push(&[&x[waiting..]], &mut [&mut values[waiting..x.len()]]);
                    // A longer one takes the place of a shorter one.
                    for ((out, value), period) in out.iter_mut().zip(values).zip(periods) {
                        let long_enough = *period >= n as f64 || n == self.least;
                        *out = if long_enough { value } else { *out };
                    }
                }
            }
        }
    }
}

/// Writes the means of the chunk's rows.
#[inline(always)]
fn means<V: Simd>(simd: V, rows: &Lookback, least: usize, periods: &[f64], out: &mut [f64]) {
    let all = |x: f64| Block::splat(simd, x);
    for ((block, out), periods) in out.chunks_mut(LANES).enumerate().zip(periods.chunks(LANES)) {
        let mut padded = [0.0; LANES];
        padded[..periods.len()].copy_from_slice(periods);
        let period = Block::read(simd, &padded);
        let mut sum = all(0.0);
        let (mut chosen, mut count) = (sum, sum);
        for (x, n) in rows.blocks(block * LANES).rev().zip(1..) {
            sum = sum + Block::read(simd, x);
            let length = all(n as f64);
            if n <= least {
                (chosen, count) = (sum, length);
            } else {
                chosen = Number::less(period, length, chosen, sum);
                count = Number::less(period, length, count, length);
            }
        }
        // There is none until there is the longest.
        put(chosen / count + sum * all(0.0), out);
    }
}

impl Kernel for Mavp {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        chunk::each(chunk::ROWS, inputs, outputs, |inputs, [out]| self.chunk(inputs, out));
    }

    fn size(&self) -> usize {
        match &self.averages {
            Averages::Simple(rows) => rows.size(),
            Averages::Running(averages) => {
                let slots = averages.capacity() * size_of::<(usize, Box<dyn Kernel>)>();
                slots + averages.iter().map(|(_, average)| average.size()).sum::<usize>()
            }
        }
    }
}
