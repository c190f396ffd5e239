//! Changes of a series over some rows.

use crate::kernel::Kernel;

/// A change between an earlier row and a later one, neither after the row in work.
#[derive(Debug, Clone)]
pub struct Change {
    near: usize,
    far: usize,
    of: fn(f64, f64) -> f64,
    /// The last `far` values, oldest first; fewer at the start.
    last: Vec<f64>,
}

impl Change {
    /// Simple return over `n ≥ 1` rows: xₜ / xₜ₋ₙ − 1. Warm-up `n` rows.
    pub fn simple_return(n: usize) -> Self {
        Self::new(0, n, |now, then| (now - then) / then)
    }

    /// Log return over `n ≥ 1` rows: ln(xₜ / xₜ₋ₙ). Warm-up `n` rows.
    pub fn log_return(n: usize) -> Self {
        Self::new(0, n, |now, then| (now / then).ln())
    }

    /// Momentum over `n` rows that leaves out the last `skip < n`: xₜ₋ₛ / xₜ₋ₙ − 1. Warm-up `n` rows.
    ///
    /// Jegadeesh & Titman (1993), J. Finance 48(1); `n = 252, skip = 21` is the usual "12–1".
    pub fn momentum(n: usize, skip: usize) -> Self {
        Self::new(skip, n, |now, then| (now - then) / then)
    }

    fn new(near: usize, far: usize, of: fn(f64, f64) -> f64) -> Self {
        Self { near, far, of, last: Vec::new() }
    }
}

impl Kernel for Change {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        let (x, out) = (inputs[0], &mut *outputs[0]);
        let (near, far) = (self.near, self.far);
        // Rows whose far end lies before this piece.
        let known = self.last.len();
        let at = |i: usize| if i < known { self.last[i] } else { x[i - known] };
        for (i, out) in out.iter_mut().enumerate().take(far) {
            let row = known + i;
            *out = if row < far { f64::NAN } else { (self.of)(at(row - near), at(row - far)) };
        }
        if x.len() > far {
            let pairs = x[far - near..].iter().zip(x);
            for (out, (now, then)) in out[far..].iter_mut().zip(pairs) {
                *out = (self.of)(*now, *then);
            }
        }
        self.last.extend_from_slice(&x[x.len().saturating_sub(far)..]);
        self.last.drain(..self.last.len().saturating_sub(far));
    }

    fn size(&self) -> usize {
        self.last.capacity() * size_of::<f64>()
    }
}

/// Log returns over one row, from the second row on.
pub fn log_returns(x: &[f64]) -> Vec<f64> {
    x.windows(2).map(|pair| (pair[1] / pair[0]).ln()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::run;

    fn over(mut change: Change, x: &[f64]) -> Vec<f64> {
        let all = run(&mut change, &[x], 1).remove(0);
        all.into_iter().filter(|value| !value.is_nan()).collect()
    }

    #[test]
    fn returns_by_definition() {
        // AAPL on 2014-06-09 raw: 645.57 → 93.70, −85.4857 % (shared reference "Corporate actions").
        let r = over(Change::simple_return(1), &[645.57, 93.70]);
        assert!((r[0] + 0.854_857).abs() < 5e-7, "{r:?}");
        assert_eq!(over(Change::simple_return(2), &[100.0, 110.0, 121.0]), [0.21]);
        let l = over(Change::log_return(1), &[1.0, std::f64::consts::E, 1.0]);
        assert!((l[0] - 1.0).abs() < 1e-15 && (l[1] + 1.0).abs() < 1e-15);
        assert!(over(Change::simple_return(2), &[1.0, 2.0]).is_empty());
        assert!(over(Change::log_return(1), &[]).is_empty());
    }

    #[test]
    fn momentum_skips_the_last_rows() {
        // Row 3: x₂ / x₀ − 1; row 4: x₃ / x₁ − 1.
        let x = [8.0, 10.0, 12.0, 5.0, 99.0];
        assert_eq!(over(Change::momentum(3, 1), &x), [0.5, -0.5]);
        assert_eq!(over(Change::momentum(2, 0), &x), over(Change::simple_return(2), &x));
    }
}
