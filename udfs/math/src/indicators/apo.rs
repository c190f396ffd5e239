//! Price oscillators: a fast average against a slow one, as their difference (APO) and in percent of
//! the slow one (PPO). Appel (1979), The Moving Average Convergence-Divergence Trading Method.

use super::filter::Filter;

/// The fast average less the slow one, in the unit of the price; the warm-up of the longer average.
pub struct Apo {
    fast: Box<dyn Filter>,
    slow: Box<dyn Filter>,
}

impl Apo {
    /// Of two averages.
    pub fn new(fast: Box<dyn Filter>, slow: Box<dyn Filter>) -> Self {
        Self { fast, slow }
    }

    fn both(&mut self, x: f64) -> Option<(f64, f64)> {
        self.fast.update(x).zip(self.slow.update(x))
    }
}

impl Filter for Apo {
    fn update(&mut self, x: f64) -> Option<f64> {
        self.both(x).map(|(fast, slow)| fast - slow)
    }

    fn bytes(&self) -> usize {
        self.fast.bytes() + self.slow.bytes()
    }
}

/// The difference in percent of the slow average; 0 where that is 0.
pub struct Ppo(pub Apo);

impl Filter for Ppo {
    fn update(&mut self, x: f64) -> Option<f64> {
        let (fast, slow) = self.0.both(x)?;
        Some(if slow == 0.0 { 0.0 } else { (fast - slow) / slow * 100.0 })
    }

    fn bytes(&self) -> usize {
        self.0.bytes()
    }
}
