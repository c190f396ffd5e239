//! Realized quarticity: how uncertain a realized variance is.

use crate::kernel::Kernel;
use crate::rolling::Sum;
use crate::windowed::Windowed;

/// n / 3 · Σ r⁴ over `n ≥ 1` rows of returns, an estimate of the integral of σ⁴ over the window taken
/// as one unit of time. Warm-up `n − 1` rows.
///
/// Barndorff-Nielsen & Shephard (2002), J. Royal Statistical Society B 64(2).
pub fn realized_quarticity(n: usize) -> impl Kernel {
    let scale = n as f64 / 3.0;
    Windowed::new(n, |[x]: [f64; 1]| Some((x * x).powi(2)), move |window: Sum| window.sum * scale)
}
