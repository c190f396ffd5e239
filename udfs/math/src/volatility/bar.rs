//! What the estimators take from a bar.

/// ln(high / low); NaN where the high is below the low, which no bar has.
pub(super) fn range(high: f64, low: f64) -> f64 {
    if high >= low { (high / low).ln() } else { f64::NAN }
}

/// The Rogers–Satchell variance of a bar, h(h − c) + l(l − c) with h, l, c the logs of high, low and
/// close over the open; NaN where the high is below the low.
pub(super) fn rogers_satchell(open: f64, high: f64, low: f64, close: f64) -> f64 {
    if high < low {
        return f64::NAN;
    }
    (high / open).ln() * (high / close).ln() + (low / open).ln() * (low / close).ln()
}
