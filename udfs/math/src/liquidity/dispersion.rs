//! Cross-sectional dispersion.

/// Sample standard deviation (divisor n − 1) of the values that are numbers, in two passes; NaN for
/// fewer than two. The order of the values changes no bit.
pub fn dispersion(x: &[f64]) -> f64 {
    let mut numbers: Vec<f64> = x.iter().copied().filter(|v| !v.is_nan()).collect();
    numbers.sort_unstable_by(f64::total_cmp);
    let count = numbers.len() as f64;
    if count < 2.0 {
        return f64::NAN;
    }
    let mean = numbers.iter().sum::<f64>() / count;
    let squares: f64 = numbers.iter().map(|v| (v - mean).powi(2)).sum();
    let rest: f64 = numbers.iter().map(|v| v - mean).sum();
    ((squares - rest * rest / count) / (count - 1.0)).max(0.0).sqrt()
}
