//! Patterns of four candles and more, `a` first.

use super::pattern::{Bar, Pattern, Window, bearish, bullish, signed};

/// Three black crows: after a white candle three black ones without lower shadows, each opening
/// in the body before it and closing lower.
pub const CDL3BLACKCROWS: Pattern = Pattern {
    lookback: 13,
    find: |w| {
        let [a, b, c, d] = w.last();
        bearish(
            a.is_white()
                && [b, c, d].iter().all(|x| x.is_black() && x.no_lower())
                && c.opens_inside(&b)
                && d.opens_inside(&c)
                && a.high > b.close
                && b.close > c.close
                && c.close > d.close,
        )
    },
};

/// Three-line strike: three candles of one color in their direction, and one of the other color
/// that undoes them all.
pub const CDL3LINESTRIKE: Pattern = Pattern {
    lookback: 8,
    find: |w| {
        let [a, b, c, d] = w.last();
        let opens_near = |x: &Bar<'_>, y: &Bar<'_>| {
            let near = x.near();
            y.open >= x.bottom() - near && y.open <= x.top() + near
        };
        let strike = match c.is_white() {
            true => c.close > b.close && b.close > a.close && d.open > c.close && d.close < a.open,
            false => c.close < b.close && b.close < a.close && d.open < c.close && d.close > a.open,
        };
        let colors = a.color() == b.color() && b.color() == c.color() && d.color() == -c.color();
        signed(colors && opens_near(&a, &b) && opens_near(&b, &c) && strike, c.color())
    },
};

/// Breakaway: a long candle, a gap, two more in its direction, and one of the other color that
/// closes in the gap.
pub const CDLBREAKAWAY: Pattern = Pattern {
    lookback: 14,
    find: |w| {
        let [a, b, c, d, e] = w.last();
        let colors = a.color() == b.color() && b.color() == d.color() && d.color() == -e.color();
        let lower = |x: &Bar<'_>, y: &Bar<'_>| y.high < x.high && y.low < x.low;
        let shape = match a.is_black() {
            true => {
                b.body_below(&a)
                    && lower(&b, &c)
                    && lower(&c, &d)
                    && e.close > b.open
                    && e.close < a.close
            }
            false => {
                b.body_above(&a)
                    && c.high > b.high
                    && c.low > b.low
                    && d.high > c.high
                    && d.low > c.low
                    && e.close < b.open
                    && e.close > a.close
            }
        };
        signed(a.is_long() && colors && shape, e.color())
    },
};

/// Concealing baby swallow: two black marubozu, a black candle that gaps down with an upper
/// shadow into the body before it, and a black one that engulfs it, shadows included.
pub const CDLCONCEALBABYSWALL: Pattern = Pattern {
    lookback: 13,
    find: |w| {
        let [a, b, c, d] = w.last();
        bullish(
            [a, b, c, d].iter().all(|x| x.is_black())
                && [a, b].iter().all(|x| x.no_lower() && x.no_upper())
                && c.body_below(&b)
                && c.has_upper()
                && c.high > b.close
                && d.high > c.high
                && d.low < c.low,
        )
    },
};

/// Hikkake: an inside candle, then one that breaks out of it; 200 where within three more candles
/// a close goes beyond the inside candle the other way.
pub const CDLHIKKAKE: Pattern = Pattern {
    lookback: 5,
    find: |w| {
        confirmed(w, |age| {
            let [c, b, a] = [w.ago(age), w.ago(age + 1), w.ago(age + 2)];
            if inside(&a, &b) { breakout(&b, &c) } else { 0 }
        })
    },
};

/// Modified hikkake: two inside candles in a row, the first closing near the end it is to break,
/// then the breakout; 200 where it is confirmed as a hikkake is.
pub const CDLHIKKAKEMOD: Pattern = Pattern {
    lookback: 10,
    find: |w| {
        confirmed(w, |age| {
            let [d, c, b] = [w.ago(age), w.ago(age + 1), w.ago(age + 2)];
            let way = breakout(&c, &d);
            let near_end = match way {
                1 => b.close <= b.low + b.near(),
                _ => b.close >= b.high - b.near(),
            };
            let there = inside(&b, &c) && way != 0 && inside(&w.ago(age + 3), &b) && near_end;
            if there { way } else { 0 }
        })
    },
};

/// Ladder bottom: three black candles with lower opens and closes, a black one with an upper
/// shadow, and a white one that opens above it and closes above its high.
pub const CDLLADDERBOTTOM: Pattern = Pattern {
    lookback: 14,
    find: |w| {
        let [a, b, c, d, e] = w.last();
        bullish(
            [a, b, c, d].iter().all(|x| x.is_black())
                && a.open > b.open
                && b.open > c.open
                && a.close > b.close
                && b.close > c.close
                && d.has_upper()
                && e.is_white()
                && e.open > d.open
                && e.close > d.high,
        )
    },
};

/// Mat hold: a long white candle, a gap up and three short candles falling, but not deep into the
/// first body, and a white one that closes above them.
pub const CDLMATHOLD: Pattern = Pattern {
    lookback: 14,
    find: |w| {
        let [a, b, c, d, e] = w.last();
        let floor = a.close - a.body() * w.penetration;
        bullish(
            a.is_long()
                && [b, c, d].iter().all(Bar::is_short)
                && a.is_white()
                && b.is_black()
                && e.is_white()
                && b.body_above(&a)
                && [c, d].iter().all(|x| x.bottom() < a.close && x.bottom() > floor)
                && c.top() < b.open
                && d.top() < c.top()
                && e.open > d.close
                && e.close > b.high.max(c.high).max(d.high),
        )
    },
};

/// Rising or falling three methods: a long candle, three short ones against it within its range,
/// and a long one that goes on.
pub const CDLRISEFALL3METHODS: Pattern = Pattern {
    lookback: 14,
    find: |w| {
        let [a, b, c, d, e] = w.last();
        let way = f64::from(a.color());
        let further = |x: f64, y: f64| y * way > x * way;
        let colors = [b, c, d].iter().all(|x| x.color() == -a.color()) && e.color() == a.color();
        let there = a.is_long()
            && [b, c, d].iter().all(Bar::is_short)
            && e.is_long()
            && colors
            && [b, c, d].iter().all(|x| x.bottom() < a.high && x.top() > a.low)
            && further(c.close, b.close)
            && further(d.close, c.close)
            && further(d.close, e.open)
            && further(a.close, e.close);
        signed(there, a.color())
    },
};

/// Whether `b` stays within `a`, shadows included.
fn inside(a: &Bar<'_>, b: &Bar<'_>) -> bool {
    b.high < a.high && b.low > a.low
}

/// 1 where `b` breaks out below `a` (a trap for sellers), −1 above it, 0 where neither.
fn breakout(a: &Bar<'_>, b: &Bar<'_>) -> i32 {
    if b.high < a.high && b.low < a.low {
        1
    } else if b.high > a.high && b.low > a.low {
        -1
    } else {
        0
    }
}

/// The signal of a setup that a later close confirms. `setup` tells the way, 1 or −1, of one that
/// is complete at an age, or 0. The latest setup of the last three candles waits for its first
/// confirmation: a close beyond the candle before the breakout.
fn confirmed(w: &Window, setup: impl Fn(usize) -> i32) -> i32 {
    let now = setup(0);
    if now != 0 {
        return 100 * now;
    }
    let Some((age, way)) = (1..=3).map(|age| (age, setup(age))).find(|(_, way)| *way != 0) else {
        return 0;
    };
    let level = w.ago(age + 1);
    let confirms = |at: usize| match way {
        1 => w.ago(at).close > level.high,
        _ => w.ago(at).close < level.low,
    };
    if confirms(0) && !(1..age).any(confirms) { 200 * way } else { 0 }
}
