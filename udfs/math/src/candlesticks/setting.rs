//! The candle settings of TA-Lib at their defaults: what counts as a long body, a short shadow,
//! near and equal, measured against the candles just before.

use super::yardstick::Yardstick;

/// So many times a yardstick.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// What is measured against.
    pub yardstick: Yardstick,
    /// Times this.
    pub factor: f64,
}

/// A body is long when longer than the mean body of the ten candles before, and short when shorter.
pub const BODY: Setting = Setting { yardstick: Yardstick::Body, factor: 1.0 };
/// A body is a doji's when at most a tenth of the mean range of the ten candles before.
pub const BODY_DOJI: Setting = Setting { yardstick: Yardstick::Range, factor: 0.1 };
/// A shadow is short when shorter than half the mean shadows of the ten candles before.
pub const SHADOW_SHORT: Setting = Setting { yardstick: Yardstick::Shadows, factor: 0.5 };
/// A shadow is very short when shorter than a tenth of the mean range of the ten candles before.
pub const SHADOW_VERY_SHORT: Setting = BODY_DOJI;
/// A shadow is long when longer than its candle's body, and very long beyond so many times it.
pub const SHADOW_VERY_LONG: f64 = 2.0;
/// Prices are near within a fifth of the mean range of the five candles before.
pub const NEAR: Setting = Setting { yardstick: Yardstick::LateRange, factor: 0.2 };
/// Prices are far apart beyond 0.6 of the mean range of the five candles before.
pub const FAR: Setting = Setting { factor: 0.6, ..NEAR };
/// Prices are equal within a twentieth of the mean range of the five candles before.
pub const EQUAL: Setting = Setting { factor: 0.05, ..NEAR };
