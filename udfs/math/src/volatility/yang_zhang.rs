//! Yang and Zhang's volatility, from open, high, low and close and the gaps between days.

use super::bar;
use crate::kernel::Kernel;
use crate::rolling::{Moments, Sum};
use crate::windowed::Windowed;

/// √(periods per year · (`V_o` + k `V_c` + (1 − k) `V_rs`)) over `n ≥ 2` rows of open, high, low and close:
/// `V_o` the sample variance of ln(open / last close), `V_c` that of ln(close / open), `V_rs` the mean
/// Rogers–Satchell variance, k = 0.34 / (1.34 + (n + 1)/(n − 1)). Warm-up `n` rows, since the first
/// row has no close before it; no value where a window holds a high below its low.
///
/// Yang & Zhang (2000), J. Business 73(3): right under any drift and gap, with the k of least
/// variance.
pub fn yang_zhang(n: usize, periods_per_year: f64) -> impl Kernel {
    let rows = n as f64;
    let k = 0.34 / (1.34 + (rows + 1.0) / (rows - 1.0));
    let mut last: Option<f64> = None;
    let item = move |[open, high, low, close]: [f64; 4]| {
        let gap = (open / last.replace(close)?).ln();
        Some(((gap, (close / open).ln()), bar::rogers_satchell(open, high, low, close)))
    };
    let value = move |((gap, day), Sum { sum: range, .. }): ((Moments<2>, Moments<2>), Sum)| {
        let variance = gap.variance(1.0) + k * day.variance(1.0) + (1.0 - k) * (range / rows);
        (variance * periods_per_year).sqrt()
    };
    Windowed::new(n, item, value)
}
