//! Money flow volume: a row's volume, signed and scaled by where in its range the price closed,
//! v·((c − l) − (h − c)) / (h − l); 0 where high and low are one price (or the wrong way round).
//!
//! Chaikin's accumulation/distribution, as in TA-Lib's AD.

/// The money flow volume of a row, between −v at the low and v at the high.
#[inline(always)]
pub fn money_flow_volume(high: f64, low: f64, close: f64, volume: f64) -> f64 {
    let range = high - low;
    if range > 0.0 { (close - low - (high - close)) / range * volume } else { 0.0 }
}
