//! Moving average convergence/divergence: a fast average less a slow one, its own average, and the
//! difference. Appel (1979), The Moving Average Convergence-Divergence Trading Method.

use super::chunk;
use super::ema::Ema;
use super::moving_average::{moving_average, warm_up};
use super::rows::Wait;
use crate::kernel::Kernel;

/// The weights of the fixed 12/26 pair as Appel gave them, not 2/13 and 2/27.
const FIXED: [f64; 2] = [0.15, 0.075];

/// The line, its signal and the histogram, in the unit of the price; the warm-ups of the longer
/// average and of the signal add up.
pub struct Macd<A> {
    fast: A,
    slow: A,
    signal: A,
    /// Rows that each average lets pass before it begins, so that both give their first value in the
    /// same row. TA-Lib does it so, and the first rows of recursive averages depend on it.
    wait: [Wait; 2],
}

impl Macd<Ema> {
    /// Exponential averages over `fast`, `slow` and `signal` rows; the shorter of the first two is
    /// the fast one.
    pub fn new(fast: usize, slow: usize, signal: usize) -> Self {
        let (fast, slow) = (fast.min(slow), fast.max(slow));
        Self {
            fast: Ema::new(fast),
            slow: Ema::new(slow),
            signal: Ema::new(signal),
            wait: [Wait(slow - fast), Wait(0)],
        }
    }

    /// Exponential averages over 12 and 26 rows of weights 0.15 and 0.075.
    pub fn fixed(signal: usize) -> Self {
        Self {
            fast: Ema::with_factor(12, FIXED[0]),
            slow: Ema::with_factor(26, FIXED[1]),
            ..Self::new(12, 26, signal)
        }
    }
}

impl Macd<Box<dyn Kernel>> {
    /// Averages given as type and rows; `None` if there is no such type. Of the first two the one of
    /// fewer rows is the fast one.
    pub fn of_types(fast: (i64, usize), slow: (i64, usize), signal: (i64, usize)) -> Option<Self> {
        let (fast, slow) = if slow.1 < fast.1 { (slow, fast) } else { (fast, slow) };
        let waits = [fast, slow].map(|(matype, n)| warm_up(matype, n));
        let longer = waits[0].max(waits[1]);
        Some(Self {
            fast: moving_average(fast.0, fast.1)?,
            slow: moving_average(slow.0, slow.1)?,
            signal: moving_average(signal.0, signal.1)?,
            wait: waits.map(|own| Wait(longer - own)),
        })
    }
}

impl<A: Kernel> Kernel for Macd<A> {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        let ([x, ..], [macd, signal, histogram, ..]) = (inputs, outputs) else { return };
        // The slow average, for now.
        let slow = &mut *histogram;
        let [wait_fast, wait_slow] = &mut self.wait;
        for (wait, average, out) in
            [(wait_fast, &mut self.fast, &mut **macd), (wait_slow, &mut self.slow, &mut **slow)]
        {
            let begin = wait.over(out);
            average.push(&[&x[begin..]], &mut [&mut out[begin..]]);
        }
        macd.iter_mut().zip(slow.iter()).for_each(|(fast, slow)| *fast -= slow);
        let first = chunk::begin(macd);
        signal[..first].fill(f64::NAN);
        self.signal.push(&[&macd[first..]], &mut [&mut signal[first..]]);
        for ((macd, signal), histogram) in macd.iter_mut().zip(&**signal).zip(&mut **histogram) {
            *histogram = *macd - signal;
            *macd = if signal.is_nan() { f64::NAN } else { *macd };
        }
    }

    fn size(&self) -> usize {
        self.fast.size() + self.slow.size() + self.signal.size()
    }
}
