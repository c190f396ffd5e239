//! The variance of the last `n` values, over n (not n − 1), and the standard deviation. The first
//! n − 1 rows have none.
//!
//! Sums of deviations from a value near the window's mean are kept, and taken anew from the mean
//! wherever digits would be lost: Chan, Golub & `LeVeque` (1983), Algorithms
//! for Computing the Sample Variance, Amer. Statistician 37(3).

use super::filter::Filter;
use super::sum::Sum;
use crate::kernel::Ring;

/// The variance of the last values.
#[derive(Debug, Clone)]
pub struct Variance {
    values: Ring,
    n: f64,
    origin: f64,
    sum: Sum,
    squares: Sum,
}

impl Variance {
    /// Over `n ≥ 1` values.
    pub fn new(n: usize) -> Self {
        let n = n.max(1);
        let (sum, squares) = (Sum::default(), Sum::default());
        Self { values: Ring::new(n), n: n as f64, origin: 0.0, sum, squares }
    }

    /// Adds a value, or with the sign −1 takes it away.
    fn add(&mut self, x: f64, sign: f64) {
        let deviation = x - self.origin;
        self.sum.add(sign * deviation);
        self.squares.add(sign * (deviation * deviation));
    }

    /// The variance, and the mean square it is what is left of.
    fn value(&self) -> (f64, f64) {
        let (mean, square) = (self.sum.value() / self.n, self.squares.value() / self.n);
        (square - mean * mean, square)
    }

    /// Takes the sums anew.
    fn anchor(&mut self) {
        self.origin = self.values.iter().sum::<f64>() / self.n;
        (self.sum, self.squares) = (Sum::default(), Sum::default());
        for age in (0..self.values.len()).rev() {
            self.add(self.values.ago(age), 1.0);
        }
    }
}

impl Filter for Variance {
    fn update(&mut self, x: f64) -> Option<f64> {
        if self.values.is_empty() {
            self.origin = x;
        }
        if let Some(old) = self.values.push(x) {
            self.add(old, -1.0);
        }
        self.add(x, 1.0);
        if !self.values.is_full() {
            return None;
        }
        let (mut variance, square) = self.value();
        if variance < 1e-4 * square {
            self.anchor();
            let (exact, square) = self.value();
            // About its own mean the window has nothing but rounding.
            variance = if exact < 1e-12 * square { 0.0 } else { exact };
        }
        Some(variance)
    }

    fn bytes(&self) -> usize {
        self.values.size()
    }
}

/// A multiple of the standard deviation.
#[derive(Debug, Clone)]
pub struct Deviation {
    variance: Variance,
    multiple: f64,
}

impl Deviation {
    /// Over `n ≥ 1` values.
    pub fn new(n: usize, multiple: f64) -> Self {
        Self { variance: Variance::new(n), multiple }
    }
}

impl Filter for Deviation {
    fn update(&mut self, x: f64) -> Option<f64> {
        self.variance.update(x).map(|variance| variance.sqrt() * self.multiple)
    }

    fn bytes(&self) -> usize {
        self.variance.bytes()
    }
}
