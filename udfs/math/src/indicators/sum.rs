//! Sums over the last `n` values that stay exact to rounding however long the series is.
//!
//! Values enter by addition and leave by subtraction. The rounding error of each step is kept in a
//! second float and added back (Neumaier 1974, ZAMM 54), so that nothing drifts.

use crate::kernel::Ring;

/// A sum with its rounding error.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sum {
    sum: f64,
    error: f64,
}

impl Sum {
    /// Adds a value.
    pub fn add(&mut self, x: f64) {
        let total = self.sum + x;
        let (large, small) = if self.sum.abs() >= x.abs() { (self.sum, x) } else { (x, self.sum) };
        self.error += (large - total) + small;
        self.sum = total;
    }

    /// Takes away another sum.
    pub fn subtract(&mut self, other: Self) {
        self.add(-other.sum);
        self.add(-other.error);
    }

    /// The sum.
    pub fn value(self) -> f64 {
        self.sum + self.error
    }
}

/// The sum of the last `n` values.
#[derive(Debug, Clone)]
pub struct RollingSum {
    values: Ring,
    sum: Sum,
}

impl RollingSum {
    /// Over `n ≥ 1` values.
    pub fn new(n: usize) -> Self {
        Self { values: Ring::new(n), sum: Sum::default() }
    }

    /// Takes the next value; gives the sum once there are `n`.
    pub fn update(&mut self, x: f64) -> Option<f64> {
        if let Some(old) = self.values.push(x) {
            self.sum.add(-old);
        }
        self.sum.add(x);
        self.values.is_full().then(|| self.sum.value())
    }

    /// The values it sums.
    pub fn values(&self) -> &Ring {
        &self.values
    }

    /// Bytes it holds.
    pub fn bytes(&self) -> usize {
        self.values.size()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // By definition: large values pass through the window and leave no trace.
    #[test]
    fn nothing_drifts() {
        let mut sum = RollingSum::new(4);
        let mut last = None;
        for i in 0..1_000_000_u32 {
            let scale = if i % 1_000 < 500 { 1e12 } else { 0.1 };
            last = sum.update(scale * (1.0 + f64::from(i % 7)));
        }
        let exact: f64 = sum.values().iter().sum();
        assert!((last.unwrap() - exact).abs() < 1e-14 * exact, "{last:?} {exact}");
    }
}
