//! Coppock curve: a weighted mean of the sum of two rates of change, Coppock (1962), Barron's.

use super::chunk;
use super::roc::roc;
use crate::kernel::Kernel;
use crate::rolling::linear_decay;

/// The curve in percent: weights 1 … `mean` from the oldest row on;
/// `max(first, second) + mean − 1` rows of warm-up.
pub struct Coppock {
    rates: [Box<dyn Kernel>; 2],
    mean: Box<dyn Kernel>,
    n: usize,
}

impl Coppock {
    /// A weighted mean over `mean` rows of rates of change over `first` and `second` rows.
    pub fn new(mean: usize, first: usize, second: usize) -> Self {
        let rates = [first, second].map(|n| Box::new(roc(n)) as _);
        Self { rates, mean: linear_decay(mean), n: mean }
    }
}

impl Kernel for Coppock {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        let Self { rates: [first, second], mean, n } = self;
        let most = chunk::rows(*n);
        let [mut firsts, mut seconds, mut sums] = [(); 3].map(|()| chunk::scratch(most, inputs));
        chunk::each(most, inputs, outputs, |[x], [out]| {
            let rows = out.len();
            first.push(&[x], &mut [&mut firsts[..rows]]);
            second.push(&[x], &mut [&mut seconds[..rows]]);
            chunk::map([&firsts, &seconds], &mut sums[..rows], |[first, second]| first + second);
            mean.push(&[&sums[..rows]], &mut [out]);
        });
    }

    fn size(&self) -> usize {
        self.rates.iter().map(|rate| rate.size()).sum::<usize>() + self.mean.size()
    }
}
