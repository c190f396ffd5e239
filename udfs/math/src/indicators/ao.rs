//! Awesome oscillator and its accelerator: Williams (1998), New Trading Dimensions.

use super::chunk;
use super::stage::Stage;
use crate::kernel::Kernel;
use crate::rolling::mean;

/// The mean of the last `fast` middles of the bar, (high + low)/2, less that of the last `slow`, in
/// the unit of the price; `max(fast, slow) − 1` rows of warm-up.
pub struct Ao {
    middles: Vec<f64>,
    fast: Stage,
    slow: Stage,
    longest: usize,
}

impl Ao {
    /// An oscillator of means over `fast` and `slow` rows.
    pub fn new(fast: usize, slow: usize) -> Self {
        let [one, other] = [fast, slow].map(|n| Stage::new(mean(n, n)));
        Self { middles: vec![], fast: one, slow: other, longest: fast.max(slow) }
    }
}

impl Kernel for Ao {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        let Self { middles, fast, slow, longest } = self;
        chunk::each(chunk::rows(*longest), inputs, outputs, |bars, [out]| {
            middles.resize(out.len(), 0.0);
            chunk::map(bars, middles, |[high, low]| 0.5 * (high + low));
            let lines = [fast.next(&[middles]), slow.next(&[middles])];
            chunk::map(lines, out, |[fast, slow]| fast - slow);
        });
    }

    fn size(&self) -> usize {
        self.middles.capacity() * size_of::<f64>() + self.fast.size() + self.slow.size()
    }
}

/// The oscillator less its mean over the last `signal` rows, in the unit of the price;
/// `max(fast, slow) + signal − 2` rows of warm-up.
pub struct Ac {
    oscillator: Ao,
    lines: Vec<f64>,
    mean: Stage,
    signal: usize,
}

impl Ac {
    /// The accelerator of an oscillator of means over `fast` and `slow` rows.
    pub fn new(fast: usize, slow: usize, signal: usize) -> Self {
        let mean = Stage::new(mean(signal, signal));
        Self { oscillator: Ao::new(fast, slow), lines: vec![], mean, signal }
    }
}

impl Kernel for Ac {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        let Self { oscillator, lines, mean, signal } = self;
        let most = chunk::rows(oscillator.longest.max(*signal));
        chunk::each(most, inputs, outputs, |bars: [&[f64]; 2], [out]| {
            lines.resize(out.len(), 0.0);
            oscillator.push(&bars, &mut [lines]);
            chunk::map([lines, mean.next(&[lines])], out, |[line, mean]| line - mean);
        });
    }

    fn size(&self) -> usize {
        let lines = self.lines.capacity() * size_of::<f64>();
        self.oscillator.size() + lines + self.mean.size()
    }
}
