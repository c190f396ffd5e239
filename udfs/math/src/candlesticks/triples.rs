//! Patterns of three candles: `a`, `b` and then `c`.

use fearless_simd::Simd;

use super::pattern::{Pattern, bearish, bullish, pattern, signed};
use super::setting::{BODY_DOJI, SHADOW_SHORT};
use super::window::{Bar, Window, all};
use super::yardstick::Yardstick::{Body, LateRange, Range, Shadows};
use crate::rolling::Mask;

/// Two crows: a long white candle, a black one that gaps up, and a black one that opens in the
/// second body and closes in the first.
pub const CDL2CROWS: Pattern = pattern!(12, [Body], |w| {
    let [a, b, c] = w.last();
    let colors = a.is_white() & b.is_black() & c.is_black();
    bearish(a.is_long() & colors & b.body_above(&a) & c.opens_inside(&b) & c.closes_inside(&a))
});

/// Three inside up or down: a harami, and a close beyond the first body.
pub const CDL3INSIDE: Pattern = pattern!(12, [Body], |w| {
    let [a, b, c] = w.last();
    let inside = b.top().below(a.top()) & b.bottom().above(a.bottom());
    let confirmed = (a.is_white() & c.is_black() & c.close.below(a.open))
        | (a.is_black() & c.is_white() & c.close.above(a.open));
    signed(a.is_long() & b.is_small() & inside & confirmed, a.is_black())
});

/// Three outside up or down: an engulfing body, and a close further in its direction.
pub const CDL3OUTSIDE: Pattern = pattern!(3, [], |w| {
    let [a, b, c] = w.last();
    let up = a.is_black() & b.is_white() & b.close.above(a.open) & b.open.below(a.close);
    let down = a.is_white() & b.is_black() & b.open.above(a.close) & b.close.below(a.open);
    let further = (up & c.close.above(b.close)) | (down & c.close.below(b.close));
    signed(further, b.is_white())
});

/// Three stars in the south: three black candles, each shorter and higher at the low than the
/// one before, the first with a long lower shadow and the last a small marubozu.
pub const CDL3STARSINSOUTH: Pattern = pattern!(12, [Body, Range], |w| {
    let [a, b, c] = w.last();
    let first = a.is_long() & a.long_lower();
    let second = b.body().below(a.body())
        & b.open.above(a.close)
        & b.open.at_most(a.high)
        & b.low.below(a.close)
        & b.low.at_least(a.low)
        & b.has_lower();
    let third =
        c.is_short() & c.no_lower() & c.no_upper() & c.low.above(b.low) & c.high.below(b.high);
    bullish(all!(is_black: a, b, c) & first & second & third)
});

/// Three advancing white soldiers: three white candles without upper shadows, each opening in or
/// near the body before it and closing higher, none much shorter than the one before.
pub const CDL3WHITESOLDIERS: Pattern = pattern!(12, [Body, Range, LateRange], |w| {
    let [a, b, c] = w.last();
    let strong = b.body().above(a.body() - a.far()) & c.body().above(b.body() - b.far());
    bullish(advances(&a, &b, &c) & all!(no_upper: a, b, c) & strong & !c.is_small())
});

/// Abandoned baby: a doji left alone by a gap on either side, shadows included, between a long
/// candle and one that closes deep in its body.
pub const CDLABANDONEDBABY: Pattern = pattern!(12, [Body, Range], |w| {
    let [a, b, c] = w.last();
    let gaps = (a.is_white() & b.wholly_above(&a) & c.wholly_below(&b))
        | (a.is_black() & b.wholly_below(&a) & c.wholly_above(&b));
    signed(gaps & b.is_doji() & turns(w), c.is_white())
});

/// Advance block: three white candles with higher closes, each opening in or near the body
/// before it, that show weakness: shrinking bodies or growing upper shadows.
pub const CDLADVANCEBLOCK: Pattern = pattern!(12, [Body, Shadows, LateRange], |w| {
    let [a, b, c] = w.last();
    let shadowed = b.upper_shadow().above(b.average(SHADOW_SHORT))
        | c.upper_shadow().above(c.average(SHADOW_SHORT));
    let shorter = c.body().below(b.body());
    let weak = (b.body().below(a.body() - a.far()) & c.body().below(b.body() + b.near()))
        | c.body().below(b.body() - b.far())
        | (shorter & b.body().below(a.body()) & shadowed)
        | (shorter & c.long_upper());
    bearish(advances(&a, &b, &c) & a.is_long() & a.short_upper() & weak)
});

/// Evening doji star: a long white candle, a doji that gaps up, and a black candle that closes
/// deep in the first body.
pub const CDLEVENINGDOJISTAR: Pattern = pattern!(12, [Body, Range], |w| {
    let [a, b, _] = w.last();
    bearish(a.is_white() & b.is_doji() & b.body_above(&a) & turns(w))
});

/// Evening star: a long white candle, a short body that gaps up, and a black candle that closes
/// deep in the first body.
pub const CDLEVENINGSTAR: Pattern = pattern!(12, [Body], |w| {
    let [a, b, _] = w.last();
    bearish(a.is_white() & b.is_small() & b.body_above(&a) & turns(w))
});

/// Side-by-side white lines: two alike white candles, both beyond the same gap.
pub const CDLGAPSIDESIDEWHITE: Pattern = pattern!(7, [LateRange], |w| {
    let [a, b, c] = w.last();
    let up = b.body_above(&a) & c.body_above(&a);
    let down = b.body_below(&a) & c.body_below(&a);
    let near = b.near();
    let alike = c.body().at_least(b.body() - near) & c.body().at_most(b.body() + near);
    let there = b.is_white() & c.is_white() & alike & b.equal(c.open, b.open);
    signed((up | down) & there, up)
});

/// Identical three crows: three black candles that close at their lows, each lower than and
/// opening at the close of the one before.
pub const CDLIDENTICAL3CROWS: Pattern = pattern!(12, [Range, LateRange], |w| {
    let [a, b, c] = w.last();
    let falls = a.close.above(b.close) & b.close.above(c.close);
    let follows = a.equal(b.open, a.close) & b.equal(c.open, b.close);
    bearish(all!(is_black: a, b, c) & all!(no_lower: a, b, c) & falls & follows)
});

/// Morning doji star: a long black candle, a doji that gaps down, and a white candle that closes
/// deep in the first body.
pub const CDLMORNINGDOJISTAR: Pattern = pattern!(12, [Body, Range], |w| {
    let [a, b, _] = w.last();
    bullish(a.is_black() & b.is_doji() & b.body_below(&a) & turns(w))
});

/// Morning star: a long black candle, a short body that gaps down, and a white candle that closes
/// deep in the first body.
pub const CDLMORNINGSTAR: Pattern = pattern!(12, [Body], |w| {
    let [a, b, _] = w.last();
    bullish(a.is_black() & b.is_small() & b.body_below(&a) & turns(w))
});

/// Stalled pattern: two long white candles, then a short one that opens at or above the second's
/// close.
pub const CDLSTALLEDPATTERN: Pattern = pattern!(12, [Body, Range, LateRange], |w| {
    let [a, b, c] = w.last();
    let rises = a.close.below(b.close) & b.close.below(c.close);
    let follows = b.open.above(a.open) & b.open.at_most(a.close + a.near());
    let rides = c.open.at_least(b.close - c.body() - b.near());
    let sizes = a.is_long() & b.is_long() & b.no_upper() & c.is_short();
    bearish(all!(is_white: a, b, c) & rises & sizes & follows & rides)
});

/// Stick sandwich: a white candle between two black ones that close at the same price.
pub const CDLSTICKSANDWICH: Pattern = pattern!(7, [LateRange], |w| {
    let [a, b, c] = w.last();
    let colors = a.is_black() & b.is_white() & c.is_black();
    bullish(colors & b.low.above(a.close) & a.equal(c.close, a.close))
});

/// Tasuki gap: a gap, a candle in its direction, and one of about the same size that opens in
/// that candle's body and closes in the gap.
pub const CDLTASUKIGAP: Pattern = pattern!(7, [LateRange], |w| {
    let [a, b, c] = w.last();
    let up = b.is_white() & b.body_above(&a) & c.close.below(b.open) & c.close.above(a.top());
    let down = b.is_black() & b.body_below(&a) & c.close.above(b.open) & c.close.below(a.bottom());
    let (near, more) = (b.near(), b.body() - c.body());
    let alike = more.below(near) & more.above(near * -1.0);
    signed((up | down) & b.opposes(&c) & c.opens_inside(&b) & alike, b.is_white())
});

/// Tristar: three doji, the middle one beyond a gap.
pub const CDLTRISTAR: Pattern = pattern!(12, [Range], |w| {
    let [a, b, c] = w.last();
    let limit = a.average(BODY_DOJI);
    let doji = a.body().at_most(limit) & b.body().at_most(limit) & c.body().at_most(limit);
    let up = b.body_below(&a) & c.bottom().above(b.bottom());
    let down = b.body_above(&a) & c.top().below(b.top());
    signed(doji & (up | down), up)
});

/// Unique three river: a long black candle, a black harami with a lower low, and a short white
/// candle below it that opens above that low.
pub const CDLUNIQUE3RIVER: Pattern = pattern!(12, [Body], |w| {
    let [a, b, c] = w.last();
    let colors = a.is_black() & b.is_black() & c.is_white();
    let inside = b.close.above(a.close) & b.open.at_most(a.open);
    bullish(colors & a.is_long() & inside & b.low.below(a.low) & c.is_short() & c.open.above(b.low))
});

/// Upside gap two crows: a long white candle, a short black one that gaps up, and a black one
/// that engulfs it and still closes above the first.
pub const CDLUPSIDEGAP2CROWS: Pattern = pattern!(12, [Body], |w| {
    let [a, b, c] = w.last();
    let colors = a.is_white() & b.is_black() & c.is_black();
    let engulfs = c.open.above(b.open) & c.close.below(b.close);
    let gaps = b.body_above(&a) & c.close.above(a.close);
    bearish(colors & a.is_long() & b.is_small() & engulfs & gaps)
});

/// Upside or downside gap three methods: two candles of one color with a gap between them, and
/// one of the other color that opens in the second body and closes in the first.
pub const CDLXSIDEGAP3METHODS: Pattern = pattern!(2, [], |w| {
    let [a, b, c] = w.last();
    let gap = (a.is_white() & b.body_above(&a)) | (a.is_black() & b.body_below(&a));
    let colors = a.is_colored_as(&b) & b.opposes(&c);
    signed(colors & gap & c.opens_inside(&b) & c.closes_inside(&a), a.is_white())
});

/// Three white candles with higher closes, each opening above the open before it and at most
/// slightly above the close before it.
#[inline(always)]
fn advances<V: Simd>(a: &Bar<'_, V>, b: &Bar<'_, V>, c: &Bar<'_, V>) -> Mask<V> {
    a.is_white() & follows(a, b) & follows(b, c)
}

#[inline(always)]
fn follows<V: Simd>(x: &Bar<'_, V>, y: &Bar<'_, V>) -> Mask<V> {
    y.is_white()
        & y.close.above(x.close)
        & y.open.above(x.open)
        & y.open.at_most(x.close + x.near())
}

/// A long candle, and two later one of the other color, not short, that closes deep in its body.
#[inline(always)]
fn turns<V: Simd>(w: Window<'_, V>) -> Mask<V> {
    let [a, _, c] = w.last();
    let depth = a.body() * w.penetration;
    let deep = (a.is_white() & c.is_black() & c.close.below(a.close - depth))
        | (a.is_black() & c.is_white() & c.close.above(a.close + depth));
    a.is_long() & !c.is_small() & deep
}
