//! Awesome oscillator and its accelerator: Williams (1998), New Trading Dimensions.

use super::chunk;
use super::stage::Stage;
use crate::kernel::{Kernel, append};
use crate::rolling::{Number, Reduction, Sums, windows};

/// The mean of the last `fast` middles of the bar, (high + low)/2, less that of the last `slow`, in
/// the unit of the price; `max(fast, slow) − 1` rows of warm-up.
pub struct Ao {
    fast: Stage,
    /// From the bars and the fast mean.
    difference: Box<dyn Kernel>,
    longest: usize,
}

/// The mean over so many rows.
struct Fast(f64);

impl Reduction<2, 1, 1> for Fast {
    type Join = Sums;

    #[inline(always)]
    fn row<N: Number>(&self, bar: [N; 2]) -> [N; 1] {
        [middle(bar)]
    }

    #[inline(always)]
    fn told<N: Number>(&self, [sum]: [N; 1], _: [N; 2]) -> [N; 1] {
        [sum / sum.all(self.0)]
    }
}

/// The fast mean less that over so many rows.
struct LessSlow(f64);

impl Reduction<3, 1, 1> for LessSlow {
    type Join = Sums;

    #[inline(always)]
    fn row<N: Number>(&self, [high, low, _]: [N; 3]) -> [N; 1] {
        [middle([high, low])]
    }

    #[inline(always)]
    fn told<N: Number>(&self, [sum]: [N; 1], [.., fast]: [N; 3]) -> [N; 1] {
        [fast - sum / sum.all(self.0)]
    }
}

#[inline(always)]
fn middle<N: Number>([high, low]: [N; 2]) -> N {
    (high + low) * high.all(0.5)
}

impl Ao {
    /// An oscillator of means over `fast` and `slow` rows.
    pub fn new(fast: usize, slow: usize) -> Self {
        Self {
            fast: Stage::new(windows(fast, Fast(fast as f64))),
            difference: windows(slow, LessSlow(slow as f64)),
            longest: fast.max(slow),
        }
    }
}

impl Kernel for Ao {
    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        let Self { fast, difference, longest } = self;
        chunk::append_each(chunk::rows(*longest), inputs, |[high, low]| {
            let [fast] = fast.next(&[high, low]);
            append(&mut **difference, &[high, low, fast], outputs)
        })
    }

    fn size(&self) -> usize {
        self.fast.size() + self.difference.size()
    }
}

/// The oscillator less its mean over the last `signal` rows, in the unit of the price;
/// `max(fast, slow) + signal − 2` rows of warm-up.
pub struct Ac {
    oscillator: Stage,
    difference: Box<dyn Kernel>,
    longest: usize,
}

/// A row less the mean over so many.
struct LessMean(f64);

impl Reduction<1, 1, 1> for LessMean {
    type Join = Sums;
    const INPUTS: Option<[usize; 1]> = Some([0]);

    #[inline(always)]
    fn told<N: Number>(&self, [sum]: [N; 1], [last]: [N; 1]) -> [N; 1] {
        [last - sum / sum.all(self.0)]
    }
}

impl Ac {
    /// The accelerator of an oscillator of means over `fast` and `slow` rows.
    pub fn new(fast: usize, slow: usize, signal: usize) -> Self {
        Self {
            oscillator: Stage::new(Box::new(Ao::new(fast, slow))),
            difference: windows(signal, LessMean(signal as f64)),
            longest: fast.max(slow).max(signal),
        }
    }
}

impl Kernel for Ac {
    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        let Self { oscillator, difference, longest } = self;
        chunk::append_each(chunk::rows(*longest), inputs, |bars: [_; 2]| {
            append(&mut **difference, &oscillator.next(&bars), outputs)
        })
    }

    fn size(&self) -> usize {
        self.oscillator.size() + self.difference.size()
    }
}
