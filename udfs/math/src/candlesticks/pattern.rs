//! The kernel of all candlestick patterns: a window of the last candles and a small predicate on it.
//!
//! Each yardstick is the mean of the candles before the one it judges, summed afresh where a
//! predicate asks for it, so a signal depends on `lookback + 1` candles and on nothing before them.
//! (A running sum, as TA-Lib has it, carries rounding from the start of the series, which decides
//! where prices do not move at all.)

use std::collections::VecDeque;
use std::ops::Deref;

use super::candle::Candle;
use super::setting::{
    BODY_DOJI, BODY_LONG, BODY_SHORT, EQUAL, FAR, NEAR, SHADOW_LONG, SHADOW_SHORT,
    SHADOW_VERY_LONG, SHADOW_VERY_SHORT, Setting,
};
use crate::kernel::Kernel;

/// A pattern: how far back it reads, and what it looks like.
#[derive(Debug, Clone, Copy)]
pub struct Pattern {
    /// How many candles before the last one it reads: the warm-up.
    pub lookback: usize,
    /// 100 for a bullish pattern that ends with the last candle, −100 for a bearish one, 0 for
    /// none; some patterns have the grades 80 and 200.
    pub find: fn(&Window) -> i32,
}

/// The last candles of a series, by age.
#[derive(Debug, Clone)]
pub struct Window {
    candles: VecDeque<Candle>,
    /// How deep a candle must reach into an earlier body, as a share of that body.
    pub penetration: f64,
}

impl Window {
    /// The last `N` candles, oldest first.
    pub fn last<const N: usize>(&self) -> [Bar<'_>; N] {
        std::array::from_fn(|i| self.ago(N - 1 - i))
    }

    /// The candle of `age` rows ago; 0 is the last one. `age` must be within the lookback.
    pub fn ago(&self, age: usize) -> Bar<'_> {
        Bar { candle: &self.candles[age], window: self, age }
    }
}

/// One candle of a window, judged against the candles before it.
#[derive(Debug, Clone, Copy)]
pub struct Bar<'a> {
    candle: &'a Candle,
    window: &'a Window,
    age: usize,
}

impl Deref for Bar<'_> {
    type Target = Candle;

    fn deref(&self) -> &Candle {
        self.candle
    }
}

impl Bar<'_> {
    /// The yardstick of a setting for this candle.
    pub fn average(&self, setting: Setting) -> f64 {
        let Setting { measure, period, factor } = setting;
        if period == 0 {
            return factor * measure(self.candle);
        }
        let before = self.window.candles.range(self.age + 1..=self.age + period);
        factor * (before.rev().map(measure).sum::<f64>() / period as f64)
    }

    /// The body is long.
    pub fn is_long(&self) -> bool {
        self.body() > self.average(BODY_LONG)
    }

    /// The body is short.
    pub fn is_short(&self) -> bool {
        self.body() < self.average(BODY_SHORT)
    }

    /// The body is not longer than short bodies are.
    pub fn is_small(&self) -> bool {
        self.body() <= self.average(BODY_SHORT)
    }

    /// The body is that of a doji.
    pub fn is_doji(&self) -> bool {
        self.body() <= self.average(BODY_DOJI)
    }

    /// There is no or almost no line above the body.
    pub fn no_upper(&self) -> bool {
        self.upper_shadow() < self.average(SHADOW_VERY_SHORT)
    }

    /// There is no or almost no line below the body.
    pub fn no_lower(&self) -> bool {
        self.lower_shadow() < self.average(SHADOW_VERY_SHORT)
    }

    /// The line above the body is more than a very short one.
    pub fn has_upper(&self) -> bool {
        self.upper_shadow() > self.average(SHADOW_VERY_SHORT)
    }

    /// The line below the body is more than a very short one.
    pub fn has_lower(&self) -> bool {
        self.lower_shadow() > self.average(SHADOW_VERY_SHORT)
    }

    /// The line above the body is short.
    pub fn short_upper(&self) -> bool {
        self.upper_shadow() < self.average(SHADOW_SHORT)
    }

    /// The line below the body is short.
    pub fn short_lower(&self) -> bool {
        self.lower_shadow() < self.average(SHADOW_SHORT)
    }

    /// The line above the body is long.
    pub fn long_upper(&self) -> bool {
        self.upper_shadow() > self.average(SHADOW_LONG)
    }

    /// The line below the body is long.
    pub fn long_lower(&self) -> bool {
        self.lower_shadow() > self.average(SHADOW_LONG)
    }

    /// The line above the body is very long.
    pub fn very_long_upper(&self) -> bool {
        self.upper_shadow() > self.average(SHADOW_VERY_LONG)
    }

    /// The line below the body is very long.
    pub fn very_long_lower(&self) -> bool {
        self.lower_shadow() > self.average(SHADOW_VERY_LONG)
    }

    /// A long body and hardly a shadow.
    pub fn is_marubozu(&self) -> bool {
        self.is_long() && self.no_upper() && self.no_lower()
    }

    /// The distance that counts as near.
    pub fn near(&self) -> f64 {
        self.average(NEAR)
    }

    /// The distance that counts as far.
    pub fn far(&self) -> f64 {
        self.average(FAR)
    }

    /// Whether a price is equal to a price of this candle.
    pub fn equal(&self, price: f64, own: f64) -> bool {
        let tolerance = self.average(EQUAL);
        price <= own + tolerance && price >= own - tolerance
    }
}

/// 100 where a bullish pattern is there.
pub fn bullish(there: bool) -> i32 {
    if there { 100 } else { 0 }
}

/// −100 where a bearish pattern is there.
pub fn bearish(there: bool) -> i32 {
    -bullish(there)
}

/// 100 or −100, by the color, where a pattern is there.
pub fn signed(there: bool, color: i32) -> i32 {
    color * bullish(there)
}

/// The kernel of a pattern. Inputs: open, high, low, close. One output: the signal, NaN for the
/// first `lookback` rows.
#[derive(Debug, Clone)]
pub struct Candlesticks {
    pattern: Pattern,
    window: Window,
}

impl Candlesticks {
    /// Looks for a pattern.
    pub fn new(pattern: Pattern) -> Self {
        Self::penetrating(pattern, 0.0)
    }

    /// Looks for a pattern in which a candle reaches into an earlier body, by this share of it.
    pub fn penetrating(pattern: Pattern, penetration: f64) -> Self {
        let candles = VecDeque::with_capacity(pattern.lookback + 1);
        Self { pattern, window: Window { candles, penetration } }
    }

    /// Takes the next candle; gives the signal once there are enough.
    pub fn update(&mut self, candle: Candle) -> Option<i32> {
        let candles = &mut self.window.candles;
        candles.truncate(self.pattern.lookback);
        candles.push_front(candle);
        (candles.len() > self.pattern.lookback).then(|| (self.pattern.find)(&self.window))
    }
}

impl Kernel for Candlesticks {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        for (i, out) in outputs[0].iter_mut().enumerate() {
            let [open, high, low, close] = std::array::from_fn(|column| inputs[column][i]);
            *out = self.update(Candle { open, high, low, close }).map_or(f64::NAN, f64::from);
        }
    }

    fn size(&self) -> usize {
        self.window.candles.capacity() * size_of::<Candle>()
    }
}
