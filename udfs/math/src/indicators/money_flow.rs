//! Money flow volume: a row's volume, signed and scaled by where in its range the price closed,
//! v·((c − l) − (h − c)) / (h − l); 0 where high and low are one price (or the wrong way round).
//!
//! Chaikin's accumulation/distribution, as in TA-Lib's AD.

use crate::rolling::Number;

/// The money flow volume of a row, between −v at the low and v at the high.
#[inline(always)]
pub fn money_flow_volume<N: Number>(high: N, low: N, close: N, volume: N) -> N {
    let (range, none) = (high - low, high.all(0.0));
    N::less(none, range, (close - low - (high - close)) / range * volume, none)
}
