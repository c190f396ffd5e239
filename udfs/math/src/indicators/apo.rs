//! Price oscillators: a fast average against a slow one, as their difference (APO) and in percent of
//! the slow one (PPO). Appel (1979), The Moving Average Convergence-Divergence Trading Method.

use super::chunk;
use crate::kernel::Kernel;

/// The fast average less the slow one, in the unit of the price; the warm-up of the longer average.
pub struct Apo {
    fast: Box<dyn Kernel>,
    slow: Box<dyn Kernel>,
}

impl Apo {
    /// Of two averages.
    pub fn new(fast: Box<dyn Kernel>, slow: Box<dyn Kernel>) -> Self {
        Self { fast, slow }
    }

    /// Writes what is `of` the fast and the slow average.
    fn fill(
        &mut self,
        inputs: &[&[f64]],
        outputs: &mut [&mut [f64]],
        of: impl Fn([f64; 2]) -> f64,
    ) {
        let Self { fast, slow } = self;
        let [mut fasts, mut slows] = [(); 2].map(|()| chunk::scratch(chunk::ROWS, inputs));
        chunk::each(chunk::ROWS, inputs, outputs, |[x], [out]| {
            let rows = x.len();
            fast.push(&[x], &mut [&mut fasts[..rows]]);
            slow.push(&[x], &mut [&mut slows[..rows]]);
            chunk::map([&fasts, &slows], out, &of);
        });
    }
}

impl Kernel for Apo {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        self.fill(inputs, outputs, |[fast, slow]| fast - slow);
    }

    fn size(&self) -> usize {
        self.fast.size() + self.slow.size()
    }
}

/// The difference in percent of the slow average; 0 where that is 0.
pub struct Ppo(pub Apo);

impl Kernel for Ppo {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        self.0.fill(inputs, outputs, |[fast, slow]| {
            let share = (fast - slow) / slow * 100.0;
            if slow == 0.0 { 0.0 } else { share }
        });
    }

    fn size(&self) -> usize {
        self.0.size()
    }
}
