//! Volatility by exponential smoothing of squared returns.

use crate::kernel::Kernel;
use crate::windowed::Rows;

/// √(periods per year · vₜ) with vₜ = λ vₜ₋₁ + (1 − λ) rₜ², seeded with the mean of the first
/// `seed ≥ 1` squared returns. The value of a row is the forecast for the next one, since it holds
/// the row's own return. Warm-up `seed − 1` rows.
///
/// J.P. Morgan & Reuters (1996), `RiskMetrics` Technical Document, section 5.2, λ = 0.94 for daily data.
pub fn ewma(lambda: f64, seed: usize, periods_per_year: f64) -> impl Kernel {
    let seed = seed.max(1) as f64;
    let (mut rows, mut variance) = (0.0, 0.0);
    Rows(move |[x]: [f64; 1]| {
        if rows < seed {
            rows += 1.0;
            variance += (x * x - variance) / rows;
            if rows < seed {
                return f64::NAN;
            }
        } else {
            variance = lambda * variance + (1.0 - lambda) * (x * x);
        }
        (variance * periods_per_year).sqrt()
    })
}
