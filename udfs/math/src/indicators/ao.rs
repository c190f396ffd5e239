//! Awesome oscillator and its accelerator: Williams (1998), New Trading Dimensions.

use super::chunk;
use super::price::median_price;
use super::stage::Stage;
use crate::kernel::Kernel;
use crate::lagged::{Lagged, OfRows};
use crate::rolling::{Number, mean};

/// The mean of the last `fast` middles of the bar, (high + low)/2, less that of the last `slow`, in
/// the unit of the price; `max(fast, slow) − 1` rows of warm-up.
pub struct Ao {
    middle: Stage,
    fast: Stage,
    slow: Stage,
    longest: usize,
    difference: Lagged<Difference, 2, 1>,
}

/// One less another.
struct Difference;

impl OfRows<2, 1> for Difference {
    #[inline(always)]
    fn of<N: Number>(&self, [one, other]: [N; 2], _: [N; 2]) -> [N; 1] {
        [one - other]
    }
}

impl Ao {
    /// An oscillator of means over `fast` and `slow` rows.
    pub fn new(fast: usize, slow: usize) -> Self {
        let [one, other] = [fast, slow].map(|n| Stage::new(mean(n, n)));
        Self {
            middle: Stage::new(Box::new(median_price())),
            fast: one,
            slow: other,
            longest: fast.max(slow),
            difference: Lagged::new(0, Difference),
        }
    }
}

impl Kernel for Ao {
    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        let Self { middle, fast, slow, longest, difference } = self;
        chunk::append_each(chunk::rows(*longest), inputs, |bars: [_; 2]| {
            let middles = middle.next(&bars);
            let ([fast], [slow]) = (fast.next(&middles), slow.next(&middles));
            difference.append(&[fast, slow], outputs) == Some(true)
        })
    }

    fn size(&self) -> usize {
        self.middle.size() + self.fast.size() + self.slow.size()
    }
}

/// The oscillator less its mean over the last `signal` rows, in the unit of the price;
/// `max(fast, slow) + signal − 2` rows of warm-up.
pub struct Ac {
    oscillator: Stage,
    mean: Stage,
    longest: usize,
    difference: Lagged<Difference, 2, 1>,
}

impl Ac {
    /// The accelerator of an oscillator of means over `fast` and `slow` rows.
    pub fn new(fast: usize, slow: usize, signal: usize) -> Self {
        Self {
            oscillator: Stage::new(Box::new(Ao::new(fast, slow))),
            mean: Stage::new(mean(signal, signal)),
            longest: fast.max(slow).max(signal),
            difference: Lagged::new(0, Difference),
        }
    }
}

impl Kernel for Ac {
    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        let Self { oscillator, mean, longest, difference } = self;
        chunk::append_each(chunk::rows(*longest), inputs, |bars: [_; 2]| {
            let lines = oscillator.next(&bars);
            let ([line], [mean]) = (lines, mean.next(&lines));
            difference.append(&[line, mean], outputs) == Some(true)
        })
    }

    fn size(&self) -> usize {
        self.oscillator.size() + self.mean.size()
    }
}
