//! Returns and rolling moments of one series, oldest value first.
//!
//! Each function returns the values from the first row on that has one: `x.len() - result.len()` rows
//! of warm-up come before them. A value depends on its row and earlier rows only.

/// Simple return over `n ≥ 1` rows: xₜ / xₜ₋ₙ − 1. Warm-up `n` rows.
pub fn simple_return(x: &[f64], n: usize) -> Vec<f64> {
    lagged(x, 0, n, |now, then| (now - then) / then)
}

/// Log return over `n ≥ 1` rows: ln(xₜ / xₜ₋ₙ). Warm-up `n` rows.
pub fn log_return(x: &[f64], n: usize) -> Vec<f64> {
    lagged(x, 0, n, |now, then| (now / then).ln())
}

/// Momentum over `n` rows that leaves out the last `skip < n`: xₜ₋ₛ / xₜ₋ₙ − 1. Warm-up `n` rows.
///
/// Jegadeesh & Titman (1993), J. Finance 48(1); `n = 252, skip = 21` is the usual "12–1".
pub fn momentum(x: &[f64], n: usize, skip: usize) -> Vec<f64> {
    lagged(x, skip, n, |now, then| (now - then) / then)
}

fn lagged(x: &[f64], near: usize, far: usize, f: impl Fn(f64, f64) -> f64) -> Vec<f64> {
    if far <= near || x.len() <= far {
        return Vec::new();
    }
    x[far - near..].iter().zip(&x[..x.len() - far]).map(|(now, then)| f(*now, *then)).collect()
}

/// Count, mean and sum of squared deviations, mergeable without subtraction.
///
/// Welford (1962), Technometrics 4(3); merging: Chan et al. (1983), The American
/// Statistician 37(3), eq. 2.1.
#[derive(Debug, Clone, Copy, Default)]
struct Moments {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Moments {
    fn push(self, x: f64) -> Self {
        let count = self.count + 1.0;
        let delta = x - self.mean;
        let mean = self.mean + delta / count;
        Self { count, mean, squares: self.squares + delta * (x - mean) }
    }

    fn merge(self, other: Self) -> Self {
        let count = self.count + other.count;
        if count == 0.0 {
            return self;
        }
        let delta = other.mean - self.mean;
        let mean = self.mean + delta * (other.count / count);
        let between = delta * delta * (self.count * other.count / count);
        Self { count, mean, squares: self.squares + other.squares + between }
    }
}

/// Sample standard deviation (divisor n − 1) of the last `n ≥ 2` values, in O(1) a row. Warm-up
/// `n − 1` rows.
///
/// The series is cut into blocks of `n`. A window is the end of one block and the start of the next,
/// so merging suffix moments with prefix moments gives every window without ever subtracting a value
/// that leaves: an outlier leaves no rounding error behind, however long the series is. Deviations
/// are taken from the block's first value, which lies in each of the block's windows, so that a level
/// far above the spread (1e9 + noise) costs no digits.
pub fn rolling_std(x: &[f64], n: usize) -> Vec<f64> {
    if n < 2 || x.len() < n {
        return Vec::new();
    }
    let mut out = Vec::with_capacity(x.len() - n + 1);
    let mut suffix = vec![Moments::default(); n];
    for start in (0..x.len()).step_by(n) {
        let pivot = x[start];
        // suffix[j]: the last j values of the block before.
        for j in 1..n {
            let before = start.checked_sub(j).map(|i| x[i] - pivot);
            suffix[j] = before.map_or_else(Moments::default, |d| suffix[j - 1].push(d));
        }
        let mut prefix = Moments::default();
        for (i, value) in x[start..x.len().min(start + n)].iter().enumerate() {
            prefix = prefix.push(value - pivot);
            if start + i + 1 >= n {
                let window = suffix[n - 1 - i].merge(prefix);
                out.push((window.squares / (n as f64 - 1.0)).sqrt());
            }
        }
    }
    out
}

/// Annualised volatility: rolling sample standard deviation of per-period returns times
/// √`periods_per_year`.
pub fn rolling_volatility(returns: &[f64], n: usize, periods_per_year: f64) -> Vec<f64> {
    let scale = periods_per_year.sqrt();
    rolling_std(returns, n).into_iter().map(|v| v * scale).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The textbook two-pass formula, the reference for the one-pass code.
    fn two_pass(window: &[f64]) -> f64 {
        let n = window.len() as f64;
        let mean = window.iter().sum::<f64>() / n;
        let (mut squares, mut rest) = (0.0, 0.0);
        for x in window {
            squares += (x - mean) * (x - mean);
            rest += x - mean;
        }
        ((squares - rest * rest / n) / (n - 1.0)).sqrt()
    }

    /// Uniform numbers in [0, 1) from a fixed seed (splitmix64).
    fn uniform(len: usize) -> Vec<f64> {
        let mut state = 42_u64;
        let mut next = || {
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
        };
        (0..len).map(|_| next()).collect()
    }

    fn worst(x: &[f64], n: usize) -> f64 {
        let fast = rolling_std(x, n);
        assert_eq!(fast.len(), x.len() - n + 1);
        let pairs = x.windows(n).zip(&fast);
        pairs.map(|(w, f)| (f / two_pass(w) - 1.0).abs()).fold(0.0, f64::max)
    }

    #[test]
    fn returns_by_definition() {
        // AAPL on 2014-06-09 raw: 645.57 → 93.70, −85.4857 % (shared reference "Corporate actions").
        let r = simple_return(&[645.57, 93.70], 1);
        assert!((r[0] + 0.854_857).abs() < 5e-7, "{r:?}");
        assert_eq!(simple_return(&[100.0, 110.0, 121.0], 2), [0.21]);
        let l = log_return(&[1.0, std::f64::consts::E, 1.0], 1);
        assert!((l[0] - 1.0).abs() < 1e-15 && (l[1] + 1.0).abs() < 1e-15);
        assert!(simple_return(&[1.0, 2.0], 2).is_empty() && simple_return(&[], 1).is_empty());
    }

    #[test]
    fn momentum_skips_the_last_rows() {
        // Row 3: x₂ / x₀ − 1; row 4: x₃ / x₁ − 1.
        let m = momentum(&[8.0, 10.0, 12.0, 5.0, 99.0], 3, 1);
        assert_eq!(m, [0.5, -0.5]);
        assert_eq!(momentum(&[8.0, 10.0, 12.0], 2, 0), simple_return(&[8.0, 10.0, 12.0], 2));
        assert!(momentum(&[1.0; 9], 3, 3).is_empty());
    }

    #[test]
    fn standard_deviation_of_a_known_sample() {
        // 2 4 4 4 5 5 7 9: squared deviations from the mean 5 sum to 32.
        let s = rolling_std(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0], 8);
        assert!((s[0] - (32.0_f64 / 7.0).sqrt()).abs() < 1e-15);
        assert_eq!(rolling_std(&[3.3; 50], 7), [0.0; 44]);
        assert!(rolling_std(&[1.0, 2.0], 3).is_empty());
        let v = rolling_volatility(&[0.01, -0.01], 2, 252.0);
        assert!((v[0] - 0.0002_f64.sqrt() * 252.0_f64.sqrt()).abs() < 1e-16);
    }

    #[test]
    fn agrees_with_two_passes_on_a_million_rows() {
        let x = uniform(1_000_000);
        assert!(worst(&x, 20) < 1e-13, "{}", worst(&x, 20));
        assert!(worst(&x, 63) < 1e-13, "{}", worst(&x, 63));
        assert!(worst(&x[..1001], 1000) < 1e-13);
    }

    #[test]
    fn keeps_its_digits_on_a_high_level() {
        // The inputs themselves carry the rounding of 1e9 + u; both sides see the same rounded values.
        let x: Vec<f64> = uniform(100_000).iter().map(|u| 1e9 + u).collect();
        let exact: Vec<f64> = x.iter().map(|v| v - 1e9).collect(); // exact subtraction (Sterbenz)
        let fast = rolling_std(&x, 20);
        for (w, f) in exact.windows(20).zip(&fast) {
            assert!((f / two_pass(w) - 1.0).abs() < 1e-13);
        }
    }

    #[test]
    fn an_outlier_leaves_nothing_behind() {
        let mut x = uniform(5_000);
        x[1_000] = 1e12;
        let fast = rolling_std(&x, 20);
        for (i, w) in x.windows(20).enumerate() {
            assert!((fast[i] / two_pass(w) - 1.0).abs() < 1e-11, "window {i}");
        }
    }
}
