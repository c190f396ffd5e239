//! Roll's spread, from the bounce of prices between bid and ask.

use crate::kernel::Kernel;
use crate::rolling::Comoments;
use crate::windowed::Windowed;

/// 2 √−cov(Δpₜ, Δpₜ₋₁), the sample covariance (divisor n − 1) of the last `n ≥ 2` pairs of neighbouring
/// price changes. Warm-up `n + 1` rows; no value where the covariance is ≥ 0.
///
/// Roll (1984), J. Finance 39(4).
pub fn roll(n: usize) -> impl Kernel {
    let (mut price, mut change): (Option<f64>, Option<f64>) = (None, None);
    let pair = move |[p]: [f64; 1]| {
        let now = p - price.replace(p)?;
        change.replace(now).map(|before| (before, now))
    };
    Windowed::new(n, pair, |window: Comoments| {
        let covariance = window.covariance();
        if covariance < 0.0 { 2.0 * (-covariance).sqrt() } else { f64::NAN }
    })
}
