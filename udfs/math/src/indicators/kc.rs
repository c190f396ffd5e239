//! Keltner channel: the EMA of (high + low + close) / 3 over `n` rows, and above and below it a
//! multiple of the average true range (Wilder's) over `m` rows. The first max(n − 1, m) rows have
//! none; the one of the two that needs fewer rows begins as late as that allows, as in TA-Lib.

use super::ema::Ema;
use super::filter::{Filter, each_row};
use super::true_range::TrueRange;
use super::wilder::Wilder;
use crate::kernel::Kernel;

/// The channel; inputs high, low, close; outputs upper, middle, lower.
#[derive(Debug, Clone)]
pub struct Keltner {
    /// Rows the average and the range still leave out.
    skip: (usize, usize),
    average: Ema,
    range: TrueRange,
    smooth: Wilder,
    multiple: f64,
}

impl Keltner {
    /// An average over `n ≥ 1` rows, a range over `m ≥ 1`.
    pub fn new(n: usize, m: usize, multiple: f64) -> Self {
        let (average, range) = (n.max(1) - 1, m.max(1));
        let most = average.max(range);
        Self {
            skip: (most - average, most - range),
            average: Ema::new(n),
            range: TrueRange::new(),
            smooth: Wilder::new(m),
            multiple,
        }
    }

    fn update(&mut self, high: f64, low: f64, close: f64) -> Option<[f64; 3]> {
        let (average, range) = (count_down(&mut self.skip.0), count_down(&mut self.skip.1));
        let middle = average.then(|| self.average.update((high + low + close) / 3.0)).flatten();
        let range = range.then(|| self.range.update(high, low, close)).flatten();
        let width = range.and_then(|range| self.smooth.update(range))? * self.multiple;
        let middle = middle?;
        Some([middle + width, middle, middle - width])
    }
}

/// Whether no row is left out any more.
fn count_down(skip: &mut usize) -> bool {
    let done = *skip == 0;
    *skip = skip.saturating_sub(1);
    done
}

impl Kernel for Keltner {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[high, low, close]| self.update(high, low, close));
    }
}
