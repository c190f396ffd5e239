//! Wilder's averages of gains and of losses, which RSI and CMO compare.
//!
//! Wilder (1978), New Concepts in Technical Trading Systems, section VI: the first pair, after `n`
//! changes, are their plain means; each later change x updates G ← (G·(n − 1) + max(x, 0)) / n, the
//! loss L likewise with −x.

/// The averages: feed values oldest first.
#[derive(Debug, Clone)]
pub struct Gains {
    span: f64,
    previous: Option<f64>,
    changes: f64,
    gain: f64,
    loss: f64,
}

impl Gains {
    /// Averages over `n ≥ 1` changes.
    pub fn new(n: usize) -> Self {
        Self { span: n as f64, previous: None, changes: 0.0, gain: 0.0, loss: 0.0 }
    }

    /// Takes the next value; gives gain and loss once `n` changes were seen.
    pub fn update(&mut self, x: f64) -> Option<(f64, f64)> {
        let change = x - self.previous.replace(x)?;
        let (gain, loss) = (change.max(0.0), (-change).max(0.0));
        if self.changes < self.span {
            self.changes += 1.0;
            self.gain += gain;
            self.loss += loss;
            if self.changes < self.span {
                return None;
            }
            self.gain /= self.span;
            self.loss /= self.span;
        } else {
            self.gain = (self.gain * (self.span - 1.0) + gain) / self.span;
            self.loss = (self.loss * (self.span - 1.0) + loss) / self.span;
        }
        Some((self.gain, self.loss))
    }
}
