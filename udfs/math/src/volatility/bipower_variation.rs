//! Bipower variation: the part of the realized variance that is not from jumps.

use crate::kernel::Kernel;
use crate::rolling::Sum;
use crate::windowed::Windowed;

/// π/2 · n/(n − 1) · Σ |rᵢ| |rᵢ₋₁| over the n − 1 neighbours among the last `n ≥ 2` returns.
/// Warm-up `n − 1` rows.
///
/// Barndorff-Nielsen & Shephard (2004), J. Financial Econometrics 2(1); the factor n/(n − 1), which
/// makes up for the missing neighbour, as in Huang & Tauchen (2005), J. Financial Econometrics 3(4).
pub fn bipower_variation(n: usize) -> impl Kernel {
    let neighbours = n.saturating_sub(1).max(1);
    let scale = std::f64::consts::FRAC_PI_2 * ((neighbours + 1) as f64 / neighbours as f64);
    let mut last: Option<f64> = None;
    let product = move |[x]: [f64; 1]| last.replace(x.abs()).map(|before| before * x.abs());
    Windowed::new(neighbours, product, move |window: Sum| window.sum * scale)
}
