//! Mean, variance, skewness and kurtosis.

use super::columnar::{Columnar, Parts};
use super::frame::{Frame, Statistic};
use super::number::Number;

/// Count, mean and sums of powers of deviations up to the fourth, mergeable without subtraction.
///
/// Second power: Welford (1962), Technometrics 4(3), and Chan et al. (1983), The American
/// Statistician 37(3), eq. 2.1; third and fourth: Pébay (2008), Sandia SAND2008-6212, eqs. 2.1, 3.1.
#[derive(Debug, Clone, Copy, Default)]
pub struct Moments<const POWER: usize> {
    /// How many values.
    pub count: f64,
    /// Their mean, from the pivot.
    pub mean: f64,
    /// Σ (x − x̄)².
    pub second: f64,
    /// Σ (x − x̄)³.
    pub third: f64,
    /// Σ (x − x̄)⁴.
    pub fourth: f64,
}

impl<const POWER: usize> Statistic for Moments<POWER> {
    type Value = f64;

    fn empty() -> Self {
        Self::default()
    }

    fn count(&self) -> f64 {
        self.count
    }

    #[inline]
    fn push(self, x: f64, pivot: f64) -> Self {
        let x = x - pivot;
        if POWER > 2 {
            return self.merge(Self { count: 1.0, mean: x, ..Self::default() });
        }
        let count = self.count + 1.0;
        let delta = x - self.mean;
        let mean = self.mean + delta / count;
        Self { count, mean, second: self.second + delta * (x - mean), ..self }
    }

    #[inline]
    fn merge(self, later: Self) -> Self {
        let parts = Parts::of(self.count, later.count);
        let [mean, second, third, fourth] =
            merged::<_, POWER>(self.powers(), later.powers(), parts);
        Self { count: self.count + later.count, mean, second, third, fourth }
    }

    fn pivot(value: f64, before: f64) -> f64 {
        if value.is_finite() { value } else { before }
    }

    fn origin() -> f64 {
        0.0
    }
}

/// The mean and the sums of powers of two parts together.
#[inline(always)]
fn merged<N: Number, const POWER: usize>(a: [N; 4], b: [N; 4], parts: Parts<N, 1>) -> [N; 4] {
    let [n, m] = parts.counts;
    let share = (n + m).share();
    let before = a[0] + parts.by[0];
    let delta = b[0] - before;
    let mean = before + delta * (m * share);
    let between = delta * delta * (n * m * share);
    let second = a[1] + b[1] + between;
    if POWER <= 2 {
        return [mean, second, a[2], a[3]];
    }
    let ratio = delta * share;
    let squares = ratio * ratio;
    let third =
        a[2] + b[2] + between * (n - m) * ratio + delta.all(3.0) * ratio * (n * b[1] - m * a[1]);
    let fourth = a[3]
        + b[3]
        + between * (n * n - n * m + m * m) * squares
        + delta.all(6.0) * squares * (n * n * b[1] + m * m * a[1])
        + delta.all(4.0) * ratio * (n * b[2] - m * a[2]);
    [mean, second, third, fourth]
}

impl Columnar<1, 2> for Moments<2> {
    const EMPTY: [f64; 2] = [0.0; 2];

    #[inline(always)]
    fn row<N: Number>([x]: [N; 1]) -> [N; 2] {
        [x.all(0.0); 2]
    }

    #[inline(always)]
    fn merge_columns<N: Number>(a: [N; 2], b: [N; 2], parts: Parts<N, 1>) -> [N; 2] {
        let none = a[0].all(0.0);
        let (a, b) = ([a[0], a[1], none, none], [b[0], b[1], none, none]);
        let [mean, second, ..] = merged::<N, 2>(a, b, parts);
        [mean, second]
    }

    #[inline]
    fn of([mean, second]: [f64; 2], count: f64) -> Self {
        Self { count, mean, second, ..Self::default() }
    }
}

impl Columnar<1, 4> for Moments<4> {
    const EMPTY: [f64; 4] = [0.0; 4];

    #[inline(always)]
    fn row<N: Number>([x]: [N; 1]) -> [N; 4] {
        [x.all(0.0); 4]
    }

    #[inline(always)]
    fn merge_columns<N: Number>(a: [N; 4], b: [N; 4], parts: Parts<N, 1>) -> [N; 4] {
        merged::<N, 4>(a, b, parts)
    }

    #[inline]
    fn of([mean, second, third, fourth]: [f64; 4], count: f64) -> Self {
        Self { count, mean, second, third, fourth }
    }
}

impl<const POWER: usize> Moments<POWER> {
    fn powers(&self) -> [f64; 4] {
        [self.mean, self.second, self.third, self.fourth]
    }

    /// Variance with the divisor n − `ddof`; NaN with fewer values than that allows.
    pub fn variance(&self, ddof: f64) -> f64 {
        let variance = self.second / (self.count - ddof);
        if self.count > ddof { variance } else { f64::NAN }
    }
}

impl Moments<4> {
    /// Skewness, adjusted Fisher–Pearson (G₁), as pandas has it; NaN with fewer than 3 values or
    /// without variance.
    pub fn skewness(&self) -> f64 {
        let n = self.count;
        let raw = n.sqrt() * self.third / (self.second * self.second.sqrt());
        let adjusted = raw * (n * (n - 1.0)).sqrt() / (n - 2.0);
        if n < 3.0 || self.second == 0.0 { f64::NAN } else { adjusted }
    }

    /// Excess kurtosis, unbiased for a normal sample (G₂), as pandas has it; NaN with fewer than 4
    /// values or without variance.
    pub fn excess_kurtosis(&self) -> f64 {
        let n = self.count;
        let raw = n * self.fourth / (self.second * self.second) - 3.0;
        let adjusted = (n - 1.0) / ((n - 2.0) * (n - 3.0)) * ((n + 1.0) * raw + 6.0);
        if n < 4.0 || self.second == 0.0 { f64::NAN } else { adjusted }
    }
}

/// Sample standard deviation (divisor n − 1) of the last `n ≥ 2` values, from the first row on
/// that has one. Warm-up `n − 1` rows.
pub fn rolling_std(x: &[f64], n: usize) -> Vec<f64> {
    if n < 2 {
        return Vec::new();
    }
    let mut frame = Frame::<Moments<2>>::new(Some(n));
    let all = x.iter().map(|x| frame.push(Some(*x)).variance(1.0).sqrt());
    all.skip(n - 1).collect()
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
    fn standard_deviation_of_a_known_sample() {
        // 2 4 4 4 5 5 7 9: squared deviations from the mean 5 sum to 32.
        let s = rolling_std(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0], 8);
        assert!((s[0] - (32.0_f64 / 7.0).sqrt()).abs() < 1e-15);
        assert_eq!(rolling_std(&[3.3; 50], 7), [0.0; 44]);
        assert!(rolling_std(&[1.0, 2.0], 3).is_empty());
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
