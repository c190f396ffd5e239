//! Moving average convergence/divergence: a fast average less a slow one, its own average, and the
//! difference. Appel (1979), The Moving Average Convergence-Divergence Trading Method.

use super::ema::Ema;
use super::filter::{Filter, each_row};
use super::moving_average::moving_average;
use crate::kernel::Kernel;

/// The weights of the fixed 12/26 pair as Appel gave them, not 2/13 and 2/27.
const FIXED: [f64; 2] = [0.15, 0.075];

/// The line, its signal and the histogram, in the unit of the price; the warm-ups of the longer
/// average and of the signal add up.
pub struct Macd {
    fast: Box<dyn Filter>,
    slow: Box<dyn Filter>,
    signal: Box<dyn Filter>,
    /// Rows that each average lets pass before it begins, so that both give their first value in the
    /// same row. TA-Lib does it so, and the first rows of recursive averages depend on it.
    wait: [usize; 2],
}

impl Macd {
    /// Exponential averages over `fast`, `slow` and `signal` rows; the shorter of the first two is
    /// the fast one.
    pub fn new(fast: usize, slow: usize, signal: usize) -> Self {
        let (fast, slow) = (fast.min(slow), fast.max(slow));
        Self {
            fast: Box::new(Ema::new(fast)),
            slow: Box::new(Ema::new(slow)),
            signal: Box::new(Ema::new(signal)),
            wait: [slow - fast, 0],
        }
    }

    /// Exponential averages over 12 and 26 rows of weights 0.15 and 0.075.
    pub fn fixed(signal: usize) -> Self {
        Self {
            fast: Box::new(Ema::with_factor(12, FIXED[0])),
            slow: Box::new(Ema::with_factor(26, FIXED[1])),
            ..Self::new(12, 26, signal)
        }
    }

    /// Averages given as type and rows; `None` if there is no such type. Of the first two the one of
    /// fewer rows is the fast one.
    pub fn of_types(fast: (i64, usize), slow: (i64, usize), signal: (i64, usize)) -> Option<Self> {
        let (fast, slow) = if slow.1 < fast.1 { (slow, fast) } else { (fast, slow) };
        let warm_up = |(matype, n)| {
            let mut probe = moving_average(matype, n)?;
            Some(std::iter::repeat_with(|| probe.update(0.0)).take_while(Option::is_none).count())
        };
        let waits = [warm_up(fast)?, warm_up(slow)?];
        let longer = waits[0].max(waits[1]);
        Some(Self {
            fast: moving_average(fast.0, fast.1)?,
            slow: moving_average(slow.0, slow.1)?,
            signal: moving_average(signal.0, signal.1)?,
            wait: waits.map(|own| longer - own),
        })
    }

    fn update(&mut self, x: f64) -> Option<[f64; 3]> {
        let mut averages = [None; 2];
        let filters = [&mut self.fast, &mut self.slow];
        for ((average, filter), wait) in averages.iter_mut().zip(filters).zip(&mut self.wait) {
            if *wait == 0 {
                *average = filter.update(x);
            } else {
                *wait -= 1;
            }
        }
        let macd = averages[0]? - averages[1]?;
        let signal = self.signal.update(macd)?;
        Some([macd, signal, macd - signal])
    }
}

impl Kernel for Macd {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[x]| self.update(x));
    }

    fn size(&self) -> usize {
        self.fast.bytes() + self.slow.bytes() + self.signal.bytes()
    }
}
