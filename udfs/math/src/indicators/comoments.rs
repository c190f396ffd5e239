//! The second moments of the last `n` pairs about their means: Σ(x − x̄)², Σ(y − ȳ)², Σ(x − x̄)(y − ȳ).
//!
//! As in `variance.rs`: sums of deviations from values near the means, taken anew from the means
//! wherever digits would be lost.

use super::sum::Sum;
use crate::kernel::Ring;

/// The moments of a window.
#[derive(Debug, Clone, Copy)]
pub struct Moments {
    /// Σ(x − x̄)²; 0 where it is no more than rounding.
    pub xx: f64,
    /// Σ(y − ȳ)², likewise.
    pub yy: f64,
    /// Σ(x − x̄)(y − ȳ).
    pub xy: f64,
}

/// The moments of the last pairs.
#[derive(Debug, Clone)]
pub struct Comoments {
    x: Ring,
    y: Ring,
    n: f64,
    origin: (f64, f64),
    sums: Sums,
}

#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    x: Sum,
    y: Sum,
    xx: Sum,
    yy: Sum,
    xy: Sum,
}

impl Sums {
    /// Adds a pair of deviations, or with the sign −1 takes it away.
    fn add(&mut self, x: f64, y: f64, sign: f64) {
        self.x.add(sign * x);
        self.y.add(sign * y);
        self.xx.add(sign * (x * x));
        self.yy.add(sign * (y * y));
        self.xy.add(sign * (x * y));
    }

    fn moments(self, n: f64) -> Moments {
        let (x, y) = (self.x.value(), self.y.value());
        Moments {
            xx: self.xx.value() - x * x / n,
            yy: self.yy.value() - y * y / n,
            xy: self.xy.value() - x * y / n,
        }
    }
}

impl Comoments {
    /// Over `n ≥ 1` pairs.
    pub fn new(n: usize) -> Self {
        let n = n.max(1);
        let (x, y) = (Ring::new(n), Ring::new(n));
        Self { x, y, n: n as f64, origin: (0.0, 0.0), sums: Sums::default() }
    }

    /// Takes the next pair; gives the moments once there are `n`.
    pub fn update(&mut self, x: f64, y: f64) -> Option<Moments> {
        if self.x.is_empty() {
            self.origin = (x, y);
        }
        if let (Some(x), Some(y)) = (self.x.push(x), self.y.push(y)) {
            self.sums.add(x - self.origin.0, y - self.origin.1, -1.0);
        }
        self.sums.add(x - self.origin.0, y - self.origin.1, 1.0);
        if !self.x.is_full() {
            return None;
        }
        let mut moments = self.sums.moments(self.n);
        let squares = (self.sums.xx.value(), self.sums.yy.value());
        if moments.xx < 1e-4 * squares.0 || moments.yy < 1e-4 * squares.1 {
            moments = self.anchor();
        }
        let floor =
            |moment, squares: Sum| if moment > 1e-14 * squares.value() { moment } else { 0.0 };
        let (xx, yy) = (floor(moments.xx, self.sums.xx), floor(moments.yy, self.sums.yy));
        Some(Moments { xx, yy, xy: moments.xy })
    }

    fn anchor(&mut self) -> Moments {
        self.origin = (self.x.iter().sum::<f64>() / self.n, self.y.iter().sum::<f64>() / self.n);
        self.sums = Sums::default();
        for (x, y) in self.x.iter().zip(self.y.iter()) {
            self.sums.add(x - self.origin.0, y - self.origin.1, 1.0);
        }
        self.sums.moments(self.n)
    }

    /// Bytes it holds.
    pub fn bytes(&self) -> usize {
        self.x.size() + self.y.size()
    }
}
