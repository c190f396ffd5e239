//! Patterns of three candles: `a`, `b` and then `c`.

use super::pattern::{Bar, Pattern, Window, bearish, bullish, signed};
use super::setting::{BODY_DOJI, SHADOW_SHORT};

/// Two crows: a long white candle, a black one that gaps up, and a black one that opens in the
/// second body and closes in the first.
pub const CDL2CROWS: Pattern = Pattern {
    lookback: 12,
    find: |w| {
        let [a, b, c] = w.last();
        bearish(
            a.is_white()
                && a.is_long()
                && b.is_black()
                && b.body_above(&a)
                && c.is_black()
                && c.opens_inside(&b)
                && c.closes_inside(&a),
        )
    },
};

/// Three inside up or down: a harami, and a close beyond the first body.
pub const CDL3INSIDE: Pattern = Pattern {
    lookback: 12,
    find: |w| {
        let [a, b, c] = w.last();
        let inside = b.top() < a.top() && b.bottom() > a.bottom();
        let confirmed = match a.is_white() {
            true => c.is_black() && c.close < a.open,
            false => c.is_white() && c.close > a.open,
        };
        signed(a.is_long() && b.is_small() && inside && confirmed, -a.color())
    },
};

/// Three outside up or down: an engulfing body, and a close further in its direction.
pub const CDL3OUTSIDE: Pattern = Pattern {
    lookback: 3,
    find: |w| {
        let [a, b, c] = w.last();
        let there = match b.is_white() {
            true => a.is_black() && b.close > a.open && b.open < a.close && c.close > b.close,
            false => a.is_white() && b.open > a.close && b.close < a.open && c.close < b.close,
        };
        signed(there, b.color())
    },
};

/// Three stars in the south: three black candles, each shorter and higher at the low than the
/// one before, the first with a long lower shadow and the last a small marubozu.
pub const CDL3STARSINSOUTH: Pattern = Pattern {
    lookback: 12,
    find: |w| {
        let [a, b, c] = w.last();
        let first = a.is_black() && a.is_long() && a.long_lower();
        let second = b.is_black()
            && b.body() < a.body()
            && b.open > a.close
            && b.open <= a.high
            && b.low < a.close
            && b.low >= a.low
            && b.has_lower();
        let third = c.is_black()
            && c.is_short()
            && c.no_lower()
            && c.no_upper()
            && c.low > b.low
            && c.high < b.high;
        bullish(first && second && third)
    },
};

/// Three advancing white soldiers: three white candles without upper shadows, each opening in or
/// near the body before it and closing higher, none much shorter than the one before.
pub const CDL3WHITESOLDIERS: Pattern = Pattern {
    lookback: 12,
    find: |w| {
        let [a, b, c] = w.last();
        let strong = b.body() > a.body() - a.far() && c.body() > b.body() - b.far();
        bullish(
            advances(&a, &b, &c) && [a, b, c].iter().all(Bar::no_upper) && strong && !c.is_small(),
        )
    },
};

/// Abandoned baby: a doji left alone by a gap on either side, shadows included, between a long
/// candle and one that closes deep in its body.
pub const CDLABANDONEDBABY: Pattern = Pattern {
    lookback: 12,
    find: |w| {
        let [a, b, c] = w.last();
        let gaps = match a.is_white() {
            true => b.wholly_above(&a) && c.wholly_below(&b),
            false => b.wholly_below(&a) && c.wholly_above(&b),
        };
        signed(gaps && b.is_doji() && turns(w), c.color())
    },
};

/// Advance block: three white candles with higher closes, each opening in or near the body
/// before it, that show weakness: shrinking bodies or growing upper shadows.
pub const CDLADVANCEBLOCK: Pattern = Pattern {
    lookback: 12,
    find: |w| {
        let [a, b, c] = w.last();
        let shrinking = c.body() < b.body() && b.body() < a.body();
        let shadowed = |x: &Bar<'_>| x.upper_shadow() > x.average(SHADOW_SHORT);
        let weak = (b.body() < a.body() - a.far() && c.body() < b.body() + b.near())
            || c.body() < b.body() - b.far()
            || (shrinking && (shadowed(&c) || shadowed(&b)))
            || (c.body() < b.body() && c.long_upper());
        bearish(advances(&a, &b, &c) && a.is_long() && a.short_upper() && weak)
    },
};

/// Evening doji star: a long white candle, a doji that gaps up, and a black candle that closes
/// deep in the first body.
pub const CDLEVENINGDOJISTAR: Pattern = Pattern {
    lookback: 12,
    find: |w| {
        let [a, b, _] = w.last();
        bearish(a.is_white() && b.is_doji() && b.body_above(&a) && turns(w))
    },
};

/// Evening star: a long white candle, a short body that gaps up, and a black candle that closes
/// deep in the first body.
pub const CDLEVENINGSTAR: Pattern = Pattern {
    lookback: 12,
    find: |w| {
        let [a, b, _] = w.last();
        bearish(a.is_white() && b.is_small() && b.body_above(&a) && turns(w))
    },
};

/// Side-by-side white lines: two alike white candles, both beyond the same gap.
pub const CDLGAPSIDESIDEWHITE: Pattern = Pattern {
    lookback: 7,
    find: |w| {
        let [a, b, c] = w.last();
        let up = b.body_above(&a) && c.body_above(&a);
        let down = b.body_below(&a) && c.body_below(&a);
        let near = b.near();
        let alike = c.body() >= b.body() - near && c.body() <= b.body() + near;
        let there = b.is_white() && c.is_white() && alike && b.equal(c.open, b.open);
        signed((up || down) && there, if up { 1 } else { -1 })
    },
};

/// Identical three crows: three black candles that close at their lows, each lower than and
/// opening at the close of the one before.
pub const CDLIDENTICAL3CROWS: Pattern = Pattern {
    lookback: 12,
    find: |w| {
        let [a, b, c] = w.last();
        bearish(
            [a, b, c].iter().all(|x| x.is_black() && x.no_lower())
                && a.close > b.close
                && b.close > c.close
                && a.equal(b.open, a.close)
                && b.equal(c.open, b.close),
        )
    },
};

/// Morning doji star: a long black candle, a doji that gaps down, and a white candle that closes
/// deep in the first body.
pub const CDLMORNINGDOJISTAR: Pattern = Pattern {
    lookback: 12,
    find: |w| {
        let [a, b, _] = w.last();
        bullish(a.is_black() && b.is_doji() && b.body_below(&a) && turns(w))
    },
};

/// Morning star: a long black candle, a short body that gaps down, and a white candle that closes
/// deep in the first body.
pub const CDLMORNINGSTAR: Pattern = Pattern {
    lookback: 12,
    find: |w| {
        let [a, b, _] = w.last();
        bullish(a.is_black() && b.is_small() && b.body_below(&a) && turns(w))
    },
};

/// Stalled pattern: two long white candles, then a short one that opens at or above the second's
/// close.
pub const CDLSTALLEDPATTERN: Pattern = Pattern {
    lookback: 12,
    find: |w| {
        let [a, b, c] = w.last();
        bearish(
            [a, b, c].iter().all(|x| x.is_white())
                && a.close < b.close
                && b.close < c.close
                && a.is_long()
                && b.is_long()
                && b.no_upper()
                && b.open > a.open
                && b.open <= a.close + a.near()
                && c.is_short()
                && c.open >= b.close - c.body() - b.near(),
        )
    },
};

/// Stick sandwich: a white candle between two black ones that close at the same price.
pub const CDLSTICKSANDWICH: Pattern = Pattern {
    lookback: 7,
    find: |w| {
        let [a, b, c] = w.last();
        bullish(
            a.is_black()
                && b.is_white()
                && c.is_black()
                && b.low > a.close
                && a.equal(c.close, a.close),
        )
    },
};

/// Tasuki gap: a gap, a candle in its direction, and one of about the same size that opens in
/// that candle's body and closes in the gap.
pub const CDLTASUKIGAP: Pattern = Pattern {
    lookback: 7,
    find: |w| {
        let [a, b, c] = w.last();
        let in_gap = match b.is_white() {
            true => b.body_above(&a) && c.is_black() && c.close < b.open && c.close > a.top(),
            false => b.body_below(&a) && c.is_white() && c.close > b.open && c.close < a.bottom(),
        };
        let alike = (b.body() - c.body()).abs() < b.near();
        signed(in_gap && c.opens_inside(&b) && alike, b.color())
    },
};

/// Tristar: three doji, the middle one beyond a gap.
pub const CDLTRISTAR: Pattern = Pattern {
    lookback: 12,
    find: |w| {
        let [a, b, c] = w.last();
        let limit = a.average(BODY_DOJI);
        if ![a, b, c].iter().all(|x| x.body() <= limit) {
            0
        } else if b.body_above(&a) && c.top() < b.top() {
            -100
        } else {
            bullish(b.body_below(&a) && c.bottom() > b.bottom())
        }
    },
};

/// Unique three river: a long black candle, a black harami with a lower low, and a short white
/// candle below it that opens above that low.
pub const CDLUNIQUE3RIVER: Pattern = Pattern {
    lookback: 12,
    find: |w| {
        let [a, b, c] = w.last();
        bullish(
            a.is_long()
                && a.is_black()
                && b.is_black()
                && b.close > a.close
                && b.open <= a.open
                && b.low < a.low
                && c.is_short()
                && c.is_white()
                && c.open > b.low,
        )
    },
};

/// Upside gap two crows: a long white candle, a short black one that gaps up, and a black one
/// that engulfs it and still closes above the first.
pub const CDLUPSIDEGAP2CROWS: Pattern = Pattern {
    lookback: 12,
    find: |w| {
        let [a, b, c] = w.last();
        bearish(
            a.is_white()
                && a.is_long()
                && b.is_black()
                && b.is_small()
                && b.body_above(&a)
                && c.is_black()
                && c.open > b.open
                && c.close < b.close
                && c.close > a.close,
        )
    },
};

/// Upside or downside gap three methods: two candles of one color with a gap between them, and
/// one of the other color that opens in the second body and closes in the first.
pub const CDLXSIDEGAP3METHODS: Pattern = Pattern {
    lookback: 2,
    find: |w| {
        let [a, b, c] = w.last();
        let gap = if a.is_white() { b.body_above(&a) } else { b.body_below(&a) };
        let colors = a.color() == b.color() && b.color() == -c.color();
        signed(colors && gap && c.opens_inside(&b) && c.closes_inside(&a), a.color())
    },
};

/// Three white candles with higher closes, each opening above the open before it and at most
/// slightly above the close before it.
fn advances(a: &Bar<'_>, b: &Bar<'_>, c: &Bar<'_>) -> bool {
    let follows = |x: &Bar<'_>, y: &Bar<'_>| {
        y.is_white() && y.close > x.close && y.open > x.open && y.open <= x.close + x.near()
    };
    a.is_white() && follows(a, b) && follows(b, c)
}

/// A long candle, and two later one of the other color, not short, that closes deep in its body.
fn turns(w: &Window) -> bool {
    let [a, _, c] = w.last();
    let depth = a.body() * w.penetration;
    let deep = match a.is_white() {
        true => c.is_black() && c.close < a.close - depth,
        false => c.is_white() && c.close > a.close + depth,
    };
    a.is_long() && !c.is_small() && deep
}
