//! Patterns of one candle.

use super::pattern::{Pattern, bullish, signed};

/// Belt-hold: a long candle without a shadow where it opened.
pub const CDLBELTHOLD: Pattern = Pattern {
    lookback: 10,
    find: |w| {
        let a = w.ago(0);
        let clean = if a.is_white() { a.no_lower() } else { a.no_upper() };
        signed(a.is_long() && clean, a.color())
    },
};

/// Closing marubozu: a long candle without a shadow where it closed.
pub const CDLCLOSINGMARUBOZU: Pattern = Pattern {
    lookback: 10,
    find: |w| {
        let a = w.ago(0);
        let clean = if a.is_white() { a.no_upper() } else { a.no_lower() };
        signed(a.is_long() && clean, a.color())
    },
};

/// Doji: open and close about equal. 100 means only that it is there.
pub const CDLDOJI: Pattern = Pattern { lookback: 10, find: |w| bullish(w.ago(0).is_doji()) };

/// Dragonfly doji: a doji at the high of its candle.
pub const CDLDRAGONFLYDOJI: Pattern = Pattern {
    lookback: 10,
    find: |w| {
        let a = w.ago(0);
        bullish(a.is_doji() && a.no_upper() && a.has_lower())
    },
};

/// Gravestone doji: a doji at the low of its candle.
pub const CDLGRAVESTONEDOJI: Pattern = Pattern {
    lookback: 10,
    find: |w| {
        let a = w.ago(0);
        bullish(a.is_doji() && a.no_lower() && a.has_upper())
    },
};

/// High wave: a short body between two very long shadows.
pub const CDLHIGHWAVE: Pattern = Pattern {
    lookback: 10,
    find: |w| {
        let a = w.ago(0);
        signed(a.is_short() && a.very_long_upper() && a.very_long_lower(), a.color())
    },
};

/// Long-legged doji: a doji with a long shadow on either side.
pub const CDLLONGLEGGEDDOJI: Pattern = Pattern {
    lookback: 10,
    find: |w| {
        let a = w.ago(0);
        bullish(a.is_doji() && (a.long_upper() || a.long_lower()))
    },
};

/// Long line: a long body with short shadows.
pub const CDLLONGLINE: Pattern = Pattern {
    lookback: 10,
    find: |w| {
        let a = w.ago(0);
        signed(a.is_long() && a.short_upper() && a.short_lower(), a.color())
    },
};

/// Marubozu: a long body without shadows.
pub const CDLMARUBOZU: Pattern = Pattern {
    lookback: 10,
    find: |w| {
        let a = w.ago(0);
        signed(a.is_marubozu(), a.color())
    },
};

/// Rickshaw man: a doji near the middle of its candle, with two long shadows.
pub const CDLRICKSHAWMAN: Pattern = Pattern {
    lookback: 10,
    find: |w| {
        let a = w.ago(0);
        let (middle, near) = (a.low + a.range() / 2.0, a.near());
        let central = a.bottom() <= middle + near && a.top() >= middle - near;
        bullish(a.is_doji() && a.long_upper() && a.long_lower() && central)
    },
};

/// Short line: a short body with short shadows.
pub const CDLSHORTLINE: Pattern = Pattern {
    lookback: 10,
    find: |w| {
        let a = w.ago(0);
        signed(a.is_short() && a.short_upper() && a.short_lower(), a.color())
    },
};

/// Spinning top: a short body between two shadows that are longer than it.
pub const CDLSPINNINGTOP: Pattern = Pattern {
    lookback: 10,
    find: |w| {
        let a = w.ago(0);
        let legs = a.upper_shadow() > a.body() && a.lower_shadow() > a.body();
        signed(a.is_short() && legs, a.color())
    },
};

/// Takuri: a dragonfly doji with a very long lower shadow.
pub const CDLTAKURI: Pattern = Pattern {
    lookback: 10,
    find: |w| {
        let a = w.ago(0);
        bullish(a.is_doji() && a.no_upper() && a.very_long_lower())
    },
};
