//! The sum of the last `n` values, nothing of which is ever subtracted: a window of zeros sums to
//! exactly 0, whatever came before. For sums that are divided by, or compared with 0.

use super::filter::Filter;
use crate::rolling::{Frame, Sum};

/// The last `n` values, summed. The first n − 1 rows have none.
#[derive(Debug, Clone)]
pub struct Sliding {
    frame: Frame<Sum>,
    n: f64,
}

impl Sliding {
    /// A window of `n ≥ 1` values.
    pub fn new(n: usize) -> Self {
        Self { frame: Frame::new(Some(n)), n: n as f64 }
    }
}

impl Filter for Sliding {
    fn update(&mut self, x: f64) -> Option<f64> {
        let last = self.frame.push(Some(x));
        (last.count >= self.n).then_some(last.sum)
    }

    fn bytes(&self) -> usize {
        self.frame.size()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_left_leaves_no_rounding() {
        let mut sum = Sliding::new(4);
        for v in [1e16, 0.1, 0.2, -3.3, 0.0, 0.0, 0.0] {
            sum.update(v);
        }
        assert_eq!(sum.update(0.0), Some(0.0));
    }
}
