//! Corwin and Schultz's spread, from highs and lows of two days.

use crate::kernel::Kernel;
use crate::rolling::Sum;
use crate::windowed::Windowed;

/// The mean of the last `n ≥ 1` two-day spreads S = 2 (e^α − 1) / (1 + e^α), each of them floored at 0;
/// inputs are highs, lows and closes. With day 1 the row before and day 2 the row itself:
///
/// α = (√2β − √β) / (3 − 2√2) − √(γ / (3 − 2√2)),
/// β = ln(H₁/L₁)² + ln(H₂/L₂)², γ = ln(max(H₁, H₂) / min(L₁, L₂))².
///
/// A gap overnight is taken out: if C₁ is below L₂ (above H₂), the high and low of day 2 are shifted so
/// that the low (high) is C₁. Warm-up `n` rows; no value where a window holds a high below its low.
///
/// Corwin & Schultz (2012), J. Finance 67(2), eqs. 14 and 18; adjustment and floor on pages 726 and 727.
pub fn corwin_schultz(n: usize) -> impl Kernel {
    let rows = n as f64;
    let mut last: Option<[f64; 3]> = None;
    let two_days = move |day: [f64; 3]| {
        let spread = spread(last.replace(day)?, day);
        Some(if spread < 0.0 { 0.0 } else { spread })
    };
    Windowed::new(n, two_days, move |window: Sum| window.sum / rows)
}

fn spread([high1, low1, close1]: [f64; 3], [high2, low2, _]: [f64; 3]) -> f64 {
    if high1 < low1 || high2 < low2 {
        return f64::NAN;
    }
    let gap = (close1 - high2).max(0.0) + (close1 - low2).min(0.0);
    let (high2, low2) = (high2 + gap, low2 + gap);
    let square = |high: f64, low: f64| (high / low).ln().powi(2);
    let beta = square(high1, low1) + square(high2, low2);
    let gamma = square(high1.max(high2), low1.min(low2));
    let k = 3.0 - 2.0 * std::f64::consts::SQRT_2;
    let alpha = ((2.0 * beta).sqrt() - beta.sqrt()) / k - (gamma / k).sqrt();
    2.0 * (alpha / 2.0).tanh()
}
