//! The candle settings of TA-Lib at their defaults: what counts as a long body, a short shadow,
//! near and equal, measured against the candles just before.

use super::candle::Candle;

/// A yardstick: a factor times the mean of a measure over the candles before the one at hand.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// What is averaged.
    pub measure: fn(&Candle) -> f64,
    /// Over how many candles before the one at hand; 0: that candle's own measure.
    pub period: usize,
    /// Times this.
    pub factor: f64,
}

/// The default of most settings.
const TEN_BODIES: Setting = Setting { measure: Candle::body, period: 10, factor: 1.0 };

/// The default of settings about prices that are close to each other.
const FIVE_RANGES: Setting = Setting { measure: Candle::range, period: 5, factor: 1.0 };

/// A body is long when longer than the mean body of the ten candles before.
pub const BODY_LONG: Setting = TEN_BODIES;
/// A body is short when shorter than the mean body of the ten candles before.
pub const BODY_SHORT: Setting = TEN_BODIES;
/// A body is a doji's when at most a tenth of the mean range of the ten candles before.
pub const BODY_DOJI: Setting = Setting { measure: Candle::range, factor: 0.1, ..TEN_BODIES };
/// A shadow is long when longer than its candle's body.
pub const SHADOW_LONG: Setting = Setting { period: 0, ..TEN_BODIES };
/// A shadow is very long when longer than twice its candle's body.
pub const SHADOW_VERY_LONG: Setting = Setting { period: 0, factor: 2.0, ..TEN_BODIES };
/// A shadow is short when shorter than the mean shadow of the ten candles before.
pub const SHADOW_SHORT: Setting =
    Setting { measure: |c| c.upper_shadow() + c.lower_shadow(), factor: 0.5, ..TEN_BODIES };
/// A shadow is very short when shorter than a tenth of the mean range of the ten candles before.
pub const SHADOW_VERY_SHORT: Setting = BODY_DOJI;
/// Prices are near within a fifth of the mean range of the five candles before.
pub const NEAR: Setting = Setting { factor: 0.2, ..FIVE_RANGES };
/// Prices are far apart beyond 0.6 of the mean range of the five candles before.
pub const FAR: Setting = Setting { factor: 0.6, ..FIVE_RANGES };
/// Prices are equal within a twentieth of the mean range of the five candles before.
pub const EQUAL: Setting = Setting { factor: 0.05, ..FIVE_RANGES };
