//! Awesome oscillator and its accelerator: Williams (1998), New Trading Dimensions.

use super::chunk;
use crate::kernel::Kernel;
use crate::rolling::mean;

/// The mean of the last `fast` middles of the bar, (high + low)/2, less that of the last `slow`, in
/// the unit of the price; `max(fast, slow) − 1` rows of warm-up.
pub struct Ao {
    fast: Box<dyn Kernel>,
    slow: Box<dyn Kernel>,
    longest: usize,
}

impl Ao {
    /// An oscillator of means over `fast` and `slow` rows.
    pub fn new(fast: usize, slow: usize) -> Self {
        Self { fast: mean(fast, fast), slow: mean(slow, slow), longest: fast.max(slow) }
    }
}

impl Kernel for Ao {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        let Self { fast, slow, longest } = self;
        let most = chunk::rows(*longest);
        let [mut middles, mut fasts, mut slows] = [(); 3].map(|()| chunk::scratch(most, inputs));
        chunk::each(most, inputs, outputs, |bars: [&[f64]; 2], [out]| {
            let rows = out.len();
            chunk::map(bars, &mut middles[..rows], |[high, low]| 0.5 * (high + low));
            fast.push(&[&middles[..rows]], &mut [&mut fasts[..rows]]);
            slow.push(&[&middles[..rows]], &mut [&mut slows[..rows]]);
            chunk::map([&fasts, &slows], out, |[fast, slow]| fast - slow);
        });
    }

    fn size(&self) -> usize {
        self.fast.size() + self.slow.size()
    }
}

/// The oscillator less its mean over the last `signal` rows, in the unit of the price;
/// `max(fast, slow) + signal − 2` rows of warm-up.
pub struct Ac {
    oscillator: Ao,
    mean: Box<dyn Kernel>,
    signal: usize,
}

impl Ac {
    /// The accelerator of an oscillator of means over `fast` and `slow` rows.
    pub fn new(fast: usize, slow: usize, signal: usize) -> Self {
        Self { oscillator: Ao::new(fast, slow), mean: mean(signal, signal), signal }
    }
}

impl Kernel for Ac {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        let Self { oscillator, mean, signal } = self;
        let most = chunk::rows(oscillator.longest.max(*signal));
        let [mut lines, mut means] = [(); 2].map(|()| chunk::scratch(most, inputs));
        chunk::each(most, inputs, outputs, |bars: [&[f64]; 2], [out]| {
            let rows = out.len();
            oscillator.push(&bars, &mut [&mut lines[..rows]]);
            mean.push(&[&lines[..rows]], &mut [&mut means[..rows]]);
            chunk::map([&lines, &means], out, |[line, mean]| line - mean);
        });
    }

    fn size(&self) -> usize {
        self.oscillator.size() + self.mean.size()
    }
}
