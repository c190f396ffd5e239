//! Rogers and Satchell's volatility, from open, high, low and close.

use super::bar;
use crate::kernel::Kernel;
use crate::rolling::Sum;
use crate::windowed::Windowed;

/// √(periods per year / n · Σ (ln(H/O) ln(H/C) + ln(L/O) ln(L/C))) over `n ≥ 1` rows of open, high,
/// low and close. Warm-up `n − 1` rows; no value where a window holds a high below its low, or where
/// prices outside their bars make the sum negative.
///
/// Rogers & Satchell (1991), Annals of Applied Probability 1(4): right under any drift, blind to
/// what happens overnight.
pub fn rogers_satchell(n: usize, periods_per_year: f64) -> impl Kernel {
    let scale = periods_per_year / n as f64;
    let variance = |[o, h, l, c]: [f64; 4]| Some(bar::rogers_satchell(o, h, l, c));
    Windowed::new(n, variance, move |window: Sum| (window.sum * scale).sqrt())
}
