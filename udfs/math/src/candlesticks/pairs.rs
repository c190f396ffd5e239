//! Patterns of two candles, `a` and then `b`.

use fearless_simd::Simd;

use super::pattern::{Pattern, bearish, bullish, graded, pattern, signed};
use super::window::Bar;
use super::yardstick::Yardstick::{Body, LateRange, Range};
use crate::rolling::{Lanes, Mask};

/// Counterattack: two long candles of opposite colors that close at the same price.
pub const CDLCOUNTERATTACK: Pattern = pattern!(11, [Body, LateRange], |w| {
    let [a, b] = w.last();
    let there = a.opposes(&b) & a.is_long() & b.is_long() & a.equal(b.close, a.close);
    signed(there, b.is_white())
});

/// Dark cloud cover: after a long white candle one that opens above its high and closes deep in
/// its body.
pub const CDLDARKCLOUDCOVER: Pattern = pattern!(11, [Body], |w| {
    let [a, b] = w.last();
    let cover = b.is_black() & b.open.above(a.high) & b.close.above(a.open);
    let deep = b.close.below(a.close - a.body() * w.penetration);
    bearish(a.is_white() & a.is_long() & cover & deep)
});

/// Doji star: a doji that gaps away from a long candle in its direction.
pub const CDLDOJISTAR: Pattern = pattern!(11, [Body, Range], |w| {
    let [a, b] = w.last();
    let gap = (a.is_white() & b.body_above(&a)) | (a.is_black() & b.body_below(&a));
    signed(a.is_long() & b.is_doji() & gap, a.is_black())
});

/// Engulfing: a body that covers the body before it, of the other color; 80 where the two share
/// an end.
pub const CDLENGULFING: Pattern = pattern!(2, [], |w| {
    let [a, b] = w.last();
    let covers = (b.top().at_least(a.top()) & b.bottom().below(a.bottom()))
        | (b.top().above(a.top()) & b.bottom().at_most(a.bottom()));
    let shared = b.open.equals(a.close) | b.close.equals(a.open);
    graded(covers & a.opposes(&b), b.is_white(), shared.either(80.0, 100.0))
});

/// Hammer: a short body at the top of a candle with a long lower shadow, at or below the low
/// before it.
pub const CDLHAMMER: Pattern = pattern!(11, [Body, Range, LateRange], |w| {
    let [a, b] = w.last();
    bullish(hammer_shape(&b) & b.bottom().at_most(a.low + a.near()))
});

/// Hanging man: the shape of a hammer, at or above the high before it.
pub const CDLHANGINGMAN: Pattern = pattern!(11, [Body, Range, LateRange], |w| {
    let [a, b] = w.last();
    bearish(hammer_shape(&b) & b.bottom().at_least(a.high - a.near()))
});

/// Harami: a short body inside the long body before it; 80 where the two share an end.
pub const CDLHARAMI: Pattern = pattern!(11, [Body], |w| {
    let [a, b] = w.last();
    harami(a.is_long() & b.is_small(), &a, &b)
});

/// Harami cross: a doji inside the long body before it; 80 where the two share an end.
pub const CDLHARAMICROSS: Pattern = pattern!(11, [Body, Range], |w| {
    let [a, b] = w.last();
    harami(a.is_long() & b.is_doji(), &a, &b)
});

/// Homing pigeon: a short black body inside a long black body.
pub const CDLHOMINGPIGEON: Pattern = pattern!(11, [Body], |w| {
    let [a, b] = w.last();
    let inside = b.open.below(a.open) & b.close.above(a.close);
    bullish(a.is_black() & b.is_black() & a.is_long() & b.is_small() & inside)
});

/// In-neck: a white candle opens below the low of a long black one and closes at its close or
/// slightly above.
pub const CDLINNECK: Pattern = pattern!(11, [Body, LateRange], |w| {
    let [a, b] = w.last();
    bearish(opens_below(&a, &b) & a.equal(b.close, a.close) & b.close.at_least(a.close))
});

/// Inverted hammer: a short body at the foot of a candle with a long upper shadow, gapping down.
pub const CDLINVERTEDHAMMER: Pattern = pattern!(11, [Body, Range], |w| {
    let [a, b] = w.last();
    bullish(b.is_short() & b.long_upper() & b.no_lower() & b.body_below(&a))
});

/// Kicking: two marubozu of opposite colors with a gap between them, the way of the second.
pub const CDLKICKING: Pattern = pattern!(11, [Body, Range], |w| {
    let [a, b] = w.last();
    signed(kicks(&a, &b), b.is_white())
});

/// Kicking, the way of the longer of the two marubozu.
pub const CDLKICKINGBYLENGTH: Pattern = pattern!(11, [Body, Range], |w| {
    let [a, b] = w.last();
    // They are of opposite colors.
    signed(kicks(&a, &b), a.is_white() ^ b.body().above(a.body()))
});

/// Matching low: two black candles that close at the same price.
pub const CDLMATCHINGLOW: Pattern = pattern!(6, [LateRange], |w| {
    let [a, b] = w.last();
    bullish(a.is_black() & b.is_black() & a.equal(b.close, a.close))
});

/// On-neck: a white candle opens below the low of a long black one and closes at that low.
pub const CDLONNECK: Pattern = pattern!(11, [Body, LateRange], |w| {
    let [a, b] = w.last();
    bearish(opens_below(&a, &b) & a.equal(b.close, a.low))
});

/// Piercing: a long white candle opens below the low of a long black one and closes in the upper
/// half of its body.
pub const CDLPIERCING: Pattern = pattern!(11, [Body], |w| {
    let [a, b] = w.last();
    let pierces = b.close.below(a.open) & b.close.above(a.close + a.body() * 0.5);
    bullish(opens_below(&a, &b) & b.is_long() & pierces)
});

/// Separating lines: a belt-hold that opens where a candle of the other color opened.
pub const CDLSEPARATINGLINES: Pattern = pattern!(11, [Body, Range, LateRange], |w| {
    let [a, b] = w.last();
    let clean = (b.is_white() & b.no_lower()) | (b.is_black() & b.no_upper());
    let apart = a.opposes(&b) & a.equal(b.open, a.open);
    signed(apart & b.is_long() & clean, b.is_white())
});

/// Shooting star: a short body at the foot of a candle with a long upper shadow, gapping up.
pub const CDLSHOOTINGSTAR: Pattern = pattern!(11, [Body, Range], |w| {
    let [a, b] = w.last();
    bearish(b.is_short() & b.long_upper() & b.no_lower() & b.body_above(&a))
});

/// Thrusting: a white candle opens below the low of a long black one and closes in the lower half
/// of its body, above where an in-neck would.
pub const CDLTHRUSTING: Pattern = pattern!(11, [Body, LateRange], |w| {
    let [a, b] = w.last();
    let above_neck = b.close.above(a.close) & !a.equal(b.close, a.close);
    let in_lower_half = b.close.at_most(a.close + a.body() * 0.5);
    bearish(opens_below(&a, &b) & above_neck & in_lower_half)
});

/// A short body with a long lower and no upper shadow.
#[inline(always)]
fn hammer_shape<V: Simd>(b: &Bar<'_, V>) -> Mask<V> {
    b.is_short() & b.long_lower() & b.no_upper()
}

/// The grade of a body that lies in the body before it.
#[inline(always)]
fn harami<V: Simd>(sizes: Mask<V>, a: &Bar<'_, V>, b: &Bar<'_, V>) -> Lanes<V> {
    let within = b.top().at_most(a.top()) & b.bottom().at_least(a.bottom());
    let strictly = b.top().below(a.top()) & b.bottom().above(a.bottom());
    graded(sizes & within, a.is_black(), strictly.either(100.0, 80.0))
}

/// A white candle that opens below the low of a long black one.
#[inline(always)]
fn opens_below<V: Simd>(a: &Bar<'_, V>, b: &Bar<'_, V>) -> Mask<V> {
    a.is_black() & a.is_long() & b.is_white() & b.open.below(a.low)
}

/// Two marubozu of opposite colors, the second beyond a gap in its own direction.
#[inline(always)]
fn kicks<V: Simd>(a: &Bar<'_, V>, b: &Bar<'_, V>) -> Mask<V> {
    let gap = (a.is_black() & b.wholly_above(a)) | (a.is_white() & b.wholly_below(a));
    a.opposes(b) & a.is_marubozu() & b.is_marubozu() & gap
}
