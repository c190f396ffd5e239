//! Patterns of two candles, `a` and then `b`.

use super::pattern::{Bar, Pattern, Window, bearish, bullish, signed};

/// Counterattack: two long candles of opposite colors that close at the same price.
pub const CDLCOUNTERATTACK: Pattern = Pattern {
    lookback: 11,
    find: |w| {
        let [a, b] = w.last();
        let there =
            a.color() == -b.color() && a.is_long() && b.is_long() && a.equal(b.close, a.close);
        signed(there, b.color())
    },
};

/// Dark cloud cover: after a long white candle one that opens above its high and closes deep in
/// its body.
pub const CDLDARKCLOUDCOVER: Pattern = Pattern {
    lookback: 11,
    find: |w| {
        let [a, b] = w.last();
        let cover = b.is_black() && b.open > a.high && b.close > a.open;
        bearish(
            a.is_white() && a.is_long() && cover && b.close < a.close - a.body() * w.penetration,
        )
    },
};

/// Doji star: a doji that gaps away from a long candle in its direction.
pub const CDLDOJISTAR: Pattern = Pattern {
    lookback: 11,
    find: |w| {
        let [a, b] = w.last();
        let gap = if a.is_white() { b.body_above(&a) } else { b.body_below(&a) };
        signed(a.is_long() && b.is_doji() && gap, -a.color())
    },
};

/// Engulfing: a body that covers the body before it, of the other color; 80 where the two share
/// an end.
pub const CDLENGULFING: Pattern = Pattern {
    lookback: 2,
    find: |w| {
        let [a, b] = w.last();
        let covers = (b.top() >= a.top() && b.bottom() < a.bottom())
            || (b.top() > a.top() && b.bottom() <= a.bottom());
        let grade = if b.open != a.close && b.close != a.open { 100 } else { 80 };
        if covers && a.color() == -b.color() { b.color() * grade } else { 0 }
    },
};

/// Hammer: a short body at the top of a candle with a long lower shadow, at or below the low
/// before it.
pub const CDLHAMMER: Pattern = Pattern {
    lookback: 11,
    find: |w| {
        let [a, b] = w.last();
        bullish(hammer_shape(&b) && b.bottom() <= a.low + a.near())
    },
};

/// Hanging man: the shape of a hammer, at or above the high before it.
pub const CDLHANGINGMAN: Pattern = Pattern {
    lookback: 11,
    find: |w| {
        let [a, b] = w.last();
        bearish(hammer_shape(&b) && b.bottom() >= a.high - a.near())
    },
};

/// Harami: a short body inside the long body before it; 80 where the two share an end.
pub const CDLHARAMI: Pattern = Pattern {
    lookback: 11,
    find: |w| {
        let [a, b] = w.last();
        harami(a.is_long() && b.is_small(), &a, &b)
    },
};

/// Harami cross: a doji inside the long body before it; 80 where the two share an end.
pub const CDLHARAMICROSS: Pattern = Pattern {
    lookback: 11,
    find: |w| {
        let [a, b] = w.last();
        harami(a.is_long() && b.is_doji(), &a, &b)
    },
};

/// Homing pigeon: a short black body inside a long black body.
pub const CDLHOMINGPIGEON: Pattern = Pattern {
    lookback: 11,
    find: |w| {
        let [a, b] = w.last();
        bullish(
            a.is_black()
                && b.is_black()
                && a.is_long()
                && b.is_small()
                && b.open < a.open
                && b.close > a.close,
        )
    },
};

/// In-neck: a white candle opens below the low of a long black one and closes at its close or
/// slightly above.
pub const CDLINNECK: Pattern = Pattern {
    lookback: 11,
    find: |w| {
        let [a, b] = w.last();
        bearish(opens_below(&a, &b) && a.equal(b.close, a.close) && b.close >= a.close)
    },
};

/// Inverted hammer: a short body at the foot of a candle with a long upper shadow, gapping down.
pub const CDLINVERTEDHAMMER: Pattern = Pattern {
    lookback: 11,
    find: |w| {
        let [a, b] = w.last();
        bullish(b.is_short() && b.long_upper() && b.no_lower() && b.body_below(&a))
    },
};

/// Kicking: two marubozu of opposite colors with a gap between them, the way of the second.
pub const CDLKICKING: Pattern = Pattern {
    lookback: 11,
    find: |w| {
        let [_, b] = w.last();
        signed(kicks(w), b.color())
    },
};

/// Kicking, the way of the longer of the two marubozu.
pub const CDLKICKINGBYLENGTH: Pattern = Pattern {
    lookback: 11,
    find: |w| {
        let [a, b] = w.last();
        signed(kicks(w), if b.body() > a.body() { b.color() } else { a.color() })
    },
};

/// Matching low: two black candles that close at the same price.
pub const CDLMATCHINGLOW: Pattern = Pattern {
    lookback: 6,
    find: |w| {
        let [a, b] = w.last();
        bullish(a.is_black() && b.is_black() && a.equal(b.close, a.close))
    },
};

/// On-neck: a white candle opens below the low of a long black one and closes at that low.
pub const CDLONNECK: Pattern = Pattern {
    lookback: 11,
    find: |w| {
        let [a, b] = w.last();
        bearish(opens_below(&a, &b) && a.equal(b.close, a.low))
    },
};

/// Piercing: a long white candle opens below the low of a long black one and closes in the upper
/// half of its body.
pub const CDLPIERCING: Pattern = Pattern {
    lookback: 11,
    find: |w| {
        let [a, b] = w.last();
        let pierces = b.close < a.open && b.close > a.close + a.body() * 0.5;
        bullish(opens_below(&a, &b) && b.is_long() && pierces)
    },
};

/// Separating lines: a belt-hold that opens where a candle of the other color opened.
pub const CDLSEPARATINGLINES: Pattern = Pattern {
    lookback: 11,
    find: |w| {
        let [a, b] = w.last();
        let clean = if b.is_white() { b.no_lower() } else { b.no_upper() };
        let apart = a.color() == -b.color() && a.equal(b.open, a.open);
        signed(apart && b.is_long() && clean, b.color())
    },
};

/// Shooting star: a short body at the foot of a candle with a long upper shadow, gapping up.
pub const CDLSHOOTINGSTAR: Pattern = Pattern {
    lookback: 11,
    find: |w| {
        let [a, b] = w.last();
        bearish(b.is_short() && b.long_upper() && b.no_lower() && b.body_above(&a))
    },
};

/// Thrusting: a white candle opens below the low of a long black one and closes in the lower half
/// of its body, above where an in-neck would.
pub const CDLTHRUSTING: Pattern = Pattern {
    lookback: 11,
    find: |w| {
        let [a, b] = w.last();
        let above_neck = b.close > a.close && !a.equal(b.close, a.close);
        bearish(opens_below(&a, &b) && above_neck && b.close <= a.close + a.body() * 0.5)
    },
};

/// A short body with a long lower and no upper shadow.
fn hammer_shape(b: &Bar<'_>) -> bool {
    b.is_short() && b.long_lower() && b.no_upper()
}

/// The grade of a body that lies in the body before it.
fn harami(sizes: bool, a: &Bar<'_>, b: &Bar<'_>) -> i32 {
    let grade = if b.top() < a.top() && b.bottom() > a.bottom() {
        100
    } else if b.top() <= a.top() && b.bottom() >= a.bottom() {
        80
    } else {
        0
    };
    if sizes { -a.color() * grade } else { 0 }
}

/// A white candle that opens below the low of a long black one.
fn opens_below(a: &Bar<'_>, b: &Bar<'_>) -> bool {
    a.is_black() && a.is_long() && b.is_white() && b.open < a.low
}

/// Two marubozu of opposite colors, the second beyond a gap in its own direction.
fn kicks(w: &Window) -> bool {
    let [a, b] = w.last();
    let gap = if a.is_black() { b.wholly_above(&a) } else { b.wholly_below(&a) };
    a.color() == -b.color() && a.is_marubozu() && b.is_marubozu() && gap
}
