//! Patterns of one candle.

use super::pattern::{Pattern, bullish, pattern, signed};
use super::yardstick::Yardstick::{Body, LateRange, Range, Shadows};

/// Belt-hold: a long candle without a shadow where it opened.
pub const CDLBELTHOLD: Pattern = pattern!(10, [Body, Range], |w| {
    let a = w.ago(0);
    let clean = (a.is_white() & a.no_lower()) | (a.is_black() & a.no_upper());
    signed(a.is_long() & clean, a.is_white())
});

/// Closing marubozu: a long candle without a shadow where it closed.
pub const CDLCLOSINGMARUBOZU: Pattern = pattern!(10, [Body, Range], |w| {
    let a = w.ago(0);
    let clean = (a.is_white() & a.no_upper()) | (a.is_black() & a.no_lower());
    signed(a.is_long() & clean, a.is_white())
});

/// Doji: open and close about equal. 100 means only that it is there.
pub const CDLDOJI: Pattern = pattern!(10, [Range], |w| bullish(w.ago(0).is_doji()));

/// Dragonfly doji: a doji at the high of its candle.
pub const CDLDRAGONFLYDOJI: Pattern = pattern!(10, [Range], |w| {
    let a = w.ago(0);
    bullish(a.is_doji() & a.no_upper() & a.has_lower())
});

/// Gravestone doji: a doji at the low of its candle.
pub const CDLGRAVESTONEDOJI: Pattern = pattern!(10, [Range], |w| {
    let a = w.ago(0);
    bullish(a.is_doji() & a.no_lower() & a.has_upper())
});

/// High wave: a short body between two very long shadows.
pub const CDLHIGHWAVE: Pattern = pattern!(10, [Body], |w| {
    let a = w.ago(0);
    signed(a.is_short() & a.very_long_upper() & a.very_long_lower(), a.is_white())
});

/// Long-legged doji: a doji with a long shadow on either side.
pub const CDLLONGLEGGEDDOJI: Pattern = pattern!(10, [Range], |w| {
    let a = w.ago(0);
    bullish(a.is_doji() & (a.long_upper() | a.long_lower()))
});

/// Long line: a long body with short shadows.
pub const CDLLONGLINE: Pattern = pattern!(10, [Body, Shadows], |w| {
    let a = w.ago(0);
    signed(a.is_long() & a.short_upper() & a.short_lower(), a.is_white())
});

/// Marubozu: a long body without shadows.
pub const CDLMARUBOZU: Pattern = pattern!(10, [Body, Range], |w| {
    let a = w.ago(0);
    signed(a.is_marubozu(), a.is_white())
});

/// Rickshaw man: a doji near the middle of its candle, with two long shadows.
pub const CDLRICKSHAWMAN: Pattern = pattern!(10, [Range, LateRange], |w| {
    let a = w.ago(0);
    let (middle, near) = (a.low + a.range() * 0.5, a.near());
    let central = a.bottom().at_most(middle + near) & a.top().at_least(middle - near);
    bullish(a.is_doji() & a.long_upper() & a.long_lower() & central)
});

/// Short line: a short body with short shadows.
pub const CDLSHORTLINE: Pattern = pattern!(10, [Body, Shadows], |w| {
    let a = w.ago(0);
    signed(a.is_short() & a.short_upper() & a.short_lower(), a.is_white())
});

/// Spinning top: a short body between two shadows that are longer than it.
pub const CDLSPINNINGTOP: Pattern = pattern!(10, [Body], |w| {
    let a = w.ago(0);
    signed(a.is_short() & a.long_upper() & a.long_lower(), a.is_white())
});

/// Takuri: a dragonfly doji with a very long lower shadow.
pub const CDLTAKURI: Pattern = pattern!(10, [Range], |w| {
    let a = w.ago(0);
    bullish(a.is_doji() & a.no_upper() & a.very_long_lower())
});
