//! Patterns of four candles and more, `a` first.

use fearless_simd::Simd;

use super::pattern::{Pattern, bearish, bullish, pattern, signed};
use super::window::{Bar, Window, all};
use super::yardstick::Yardstick::{Body, LateRange, Range};
use crate::rolling::{Lanes, Mask};

/// Three black crows: after a white candle three black ones without lower shadows, each opening
/// in the body before it and closing lower.
pub const CDL3BLACKCROWS: Pattern = pattern!(13, [Range], |w| {
    let [a, b, c, d] = w.last();
    let crows = all!(is_black: b, c, d) & all!(no_lower: b, c, d);
    let falls = a.high.above(b.close) & b.close.above(c.close) & c.close.above(d.close);
    bearish(a.is_white() & crows & c.opens_inside(&b) & d.opens_inside(&c) & falls)
});

/// Three-line strike: three candles of one color in their direction, and one of the other color
/// that undoes them all.
pub const CDL3LINESTRIKE: Pattern = pattern!(8, [LateRange], |w| {
    let [a, b, c, d] = w.last();
    let up = c.close.above(b.close)
        & b.close.above(a.close)
        & d.open.above(c.close)
        & d.close.below(a.open);
    let down = c.close.below(b.close)
        & b.close.below(a.close)
        & d.open.below(c.close)
        & d.close.above(a.open);
    let strike = (c.is_white() & up) | (c.is_black() & down);
    let colors = a.is_colored_as(&b) & b.is_colored_as(&c) & d.opposes(&c);
    signed(colors & opens_near(&a, &b) & opens_near(&b, &c) & strike, c.is_white())
});

/// Breakaway: a long candle, a gap, two more in its direction, and one of the other color that
/// closes in the gap.
pub const CDLBREAKAWAY: Pattern = pattern!(14, [Body], |w| {
    let [a, b, c, d, e] = w.last();
    let colors = a.is_colored_as(&b) & b.is_colored_as(&d) & d.opposes(&e);
    let down = b.body_below(&a)
        & lower(&b, &c)
        & lower(&c, &d)
        & e.close.above(b.open)
        & e.close.below(a.close);
    let up = b.body_above(&a)
        & lower(&c, &b)
        & lower(&d, &c)
        & e.close.below(b.open)
        & e.close.above(a.close);
    let shape = (a.is_black() & down) | (a.is_white() & up);
    signed(a.is_long() & colors & shape, e.is_white())
});

/// Concealing baby swallow: two black marubozu, a black candle that gaps down with an upper
/// shadow into the body before it, and a black one that engulfs it, shadows included.
pub const CDLCONCEALBABYSWALL: Pattern = pattern!(13, [Range], |w| {
    let [a, b, c, d] = w.last();
    let marubozu = all!(no_lower: a, b) & all!(no_upper: a, b);
    let conceals = c.body_below(&b) & c.has_upper() & c.high.above(b.close);
    let swallows = d.high.above(c.high) & d.low.below(c.low);
    bullish(all!(is_black: a, b, c, d) & marubozu & conceals & swallows)
});

/// Hikkake: an inside candle, then one that breaks out of it; 200 where within three more candles
/// a close goes beyond the inside candle the other way.
pub const CDLHIKKAKE: Pattern = pattern!(5, [], |w| {
    confirmed(w, [hikkake(w, 0), hikkake(w, 1), hikkake(w, 2), hikkake(w, 3)])
});

/// Modified hikkake: two inside candles in a row, the first closing near the end it is to break,
/// then the breakout; 200 where it is confirmed as a hikkake is.
pub const CDLHIKKAKEMOD: Pattern = pattern!(10, [LateRange], |w| {
    confirmed(w, [modified(w, 0), modified(w, 1), modified(w, 2), modified(w, 3)])
});

/// Ladder bottom: three black candles with lower opens and closes, a black one with an upper
/// shadow, and a white one that opens above it and closes above its high.
pub const CDLLADDERBOTTOM: Pattern = pattern!(14, [Range], |w| {
    let [a, b, c, d, e] = w.last();
    let opens = a.open.above(b.open) & b.open.above(c.open);
    let closes = a.close.above(b.close) & b.close.above(c.close);
    let turn = e.is_white() & e.open.above(d.open) & e.close.above(d.high);
    bullish(all!(is_black: a, b, c, d) & opens & closes & d.has_upper() & turn)
});

/// Mat hold: a long white candle, a gap up and three short candles falling, but not deep into the
/// first body, and a white one that closes above them.
pub const CDLMATHOLD: Pattern = pattern!(14, [Body], |w| {
    let [a, b, c, d, e] = w.last();
    let floor = a.close - a.body() * w.penetration;
    let colors = a.is_white() & b.is_black() & e.is_white();
    let held = c.bottom().below(a.close)
        & c.bottom().above(floor)
        & d.bottom().below(a.close)
        & d.bottom().above(floor);
    let falls = c.top().below(b.open) & d.top().below(c.top());
    let tops = e.close.above(b.high) & e.close.above(c.high) & e.close.above(d.high);
    bullish(
        a.is_long()
            & all!(is_short: b, c, d)
            & colors
            & b.body_above(&a)
            & held
            & falls
            & e.open.above(d.close)
            & tops,
    )
});

/// Rising or falling three methods: a long candle, three short ones against it within its range,
/// and a long one that goes on.
pub const CDLRISEFALL3METHODS: Pattern = pattern!(14, [Body], |w| {
    let [a, b, c, d, e] = w.last();
    let sizes = a.is_long() & all!(is_short: b, c, d) & e.is_long();
    let colors = a.opposes(&b) & a.opposes(&c) & a.opposes(&d) & a.is_colored_as(&e);
    let within = overlaps(&a, &b) & overlaps(&a, &c) & overlaps(&a, &d);
    let up = b.close.above(c.close)
        & c.close.above(d.close)
        & e.open.above(d.close)
        & e.close.above(a.close);
    let down = b.close.below(c.close)
        & c.close.below(d.close)
        & e.open.below(d.close)
        & e.close.below(a.close);
    let onward = (a.is_white() & up) | (a.is_black() & down);
    signed(sizes & colors & within & onward, a.is_white())
});

/// `y` opens in the body of `x` or near it.
#[inline(always)]
fn opens_near<V: Simd>(x: &Bar<'_, V>, y: &Bar<'_, V>) -> Mask<V> {
    let near = x.near();
    y.open.at_least(x.bottom() - near) & y.open.at_most(x.top() + near)
}

/// `y` has a lower high and a lower low than `x`.
#[inline(always)]
fn lower<V: Simd>(x: &Bar<'_, V>, y: &Bar<'_, V>) -> Mask<V> {
    y.high.below(x.high) & y.low.below(x.low)
}

/// The body of `y` is not wholly outside the range of `x`.
#[inline(always)]
fn overlaps<V: Simd>(x: &Bar<'_, V>, y: &Bar<'_, V>) -> Mask<V> {
    y.bottom().below(x.high) & y.top().above(x.low)
}

/// `y` stays within `x`, shadows included.
#[inline(always)]
fn inside<V: Simd>(x: &Bar<'_, V>, y: &Bar<'_, V>) -> Mask<V> {
    y.high.below(x.high) & y.low.above(x.low)
}

/// The hikkakes of some age: those that break out below the inside candle, a trap for sellers, and
/// those above.
#[inline(always)]
fn hikkake<V: Simd>(w: Window<'_, V>, age: usize) -> [Mask<V>; 2] {
    let [c, b, a] = [w.ago(age), w.ago(age + 1), w.ago(age + 2)];
    let trap = inside(&a, &b);
    [trap & lower(&b, &c), trap & lower(&c, &b)]
}

/// Likewise the modified ones.
#[inline(always)]
fn modified<V: Simd>(w: Window<'_, V>, age: usize) -> [Mask<V>; 2] {
    let [b, a] = [w.ago(age + 2), w.ago(age + 3)];
    let [sellers, buyers] = hikkake(w, age);
    let trap = inside(&a, &b);
    let (at_low, at_high) =
        (b.close.at_most(b.low + b.near()), b.close.at_least(b.high - b.near()));
    [trap & sellers & at_low, trap & buyers & at_high]
}

/// The signal of a setup that a later close confirms. `setups` tell where one is complete at each age,
/// bullish and bearish. The latest setup of the last three candles waits for its first
/// confirmation: a close beyond the candle before the breakout.
#[inline(always)]
fn confirmed<V: Simd>(w: Window<'_, V>, setups: [[Mask<V>; 2]; 4]) -> Lanes<V> {
    let [[up, down], waiting @ ..] = setups;
    let mut signal = signed(up | down, up);
    let mut none_later = !(up | down);
    for (i, [up, down]) in waiting.into_iter().enumerate() {
        let [above, below] = first_beyond(w, i + 1);
        let confirmed = none_later & ((up & above) | (down & below));
        signal = confirmed.choose(up.either(200.0, -200.0), signal);
        none_later = none_later & !(up | down);
    }
    signal
}

/// The last close is the first one, of as many as `age`, above the high of the candle before them and
/// one more, or below its low.
#[inline(always)]
fn first_beyond<V: Simd>(w: Window<'_, V>, age: usize) -> [Mask<V>; 2] {
    let (close, level) = (w.ago(0).close, w.ago(age + 1));
    let (mut above, mut below) = (close.above(level.high), close.below(level.low));
    for earlier in 1..age {
        let close = w.ago(earlier).close;
        above = above & close.at_most(level.high);
        below = below & close.at_least(level.low);
    }
    [above, below]
}
