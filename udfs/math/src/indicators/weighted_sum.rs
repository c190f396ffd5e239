//! The sum of the last `n` values and their sum with weights 1 … n from the oldest to the latest.

use super::sum::Sum;
use crate::kernel::Ring;

/// Both sums, exact to rounding for up to 2²⁶ values.
#[derive(Debug, Clone)]
pub struct WeightedSum {
    values: Ring,
    sum: Sum,
    weighted: Sum,
}

impl WeightedSum {
    /// Over `n ≥ 1` values.
    pub fn new(n: usize) -> Self {
        Self { values: Ring::new(n), sum: Sum::default(), weighted: Sum::default() }
    }

    /// Takes the next value; gives the plain and the weighted sum once there are `n`.
    pub fn update(&mut self, x: f64) -> Option<(f64, f64)> {
        // Full: every weight falls by one, and the oldest value, of weight 1, leaves.
        if self.values.is_full() {
            self.weighted.subtract(self.sum);
        }
        if let Some(old) = self.values.push(x) {
            self.sum.add(-old);
        }
        self.sum.add(x);
        // In two parts of few enough bits that both products are exact: this value leaves again as
        // so many single ones.
        let (weight, upper) =
            (self.values.len() as f64, f64::from_bits(x.to_bits() & !0x07FF_FFFF));
        self.weighted.add(weight * upper);
        self.weighted.add(weight * (x - upper));
        self.values.is_full().then(|| (self.sum.value(), self.weighted.value()))
    }

    /// Bytes it holds.
    pub fn bytes(&self) -> usize {
        self.values.size()
    }
}
