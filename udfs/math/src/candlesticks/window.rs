//! The last candles at some rows side by side, and what is said of one of them.

use std::ops::Deref;

use fearless_simd::Simd;

use super::candle::Candle;
use super::chunk::{BEFORE, Chunk, Column};
use super::setting::{
    BODY, BODY_DOJI, EQUAL, FAR, NEAR, SHADOW_SHORT, SHADOW_VERY_LONG, SHADOW_VERY_SHORT, Setting,
};
use crate::rolling::{Lanes, Mask};

/// The last candles by age, at as many rows of a chunk as the processor takes at once.
#[derive(Debug, Clone, Copy)]
pub struct Window<'a, V: Simd> {
    pub(super) simd: V,
    pub(super) chunk: &'a Chunk,
    /// The first of the rows.
    pub(super) row: usize,
    /// How deep a candle must reach into an earlier body, as a share of that body.
    pub penetration: f64,
}

impl<'a, V: Simd> Window<'a, V> {
    /// The last `N` candles, oldest first.
    #[inline(always)]
    pub fn last<const N: usize>(self) -> [Bar<'a, V>; N] {
        let mut bars = [self.ago(0); N];
        for (i, bar) in bars.iter_mut().enumerate() {
            *bar = self.ago(N - 1 - i);
        }
        bars
    }

    /// The candle of `age` rows ago; 0 is the last one. `age` must be within the lookback.
    #[inline(always)]
    pub fn ago(self, age: usize) -> Bar<'a, V> {
        let [open, high, low, close] = &self.chunk.prices;
        let candle = Candle {
            open: self.read(open, age),
            high: self.read(high, age),
            low: self.read(low, age),
            close: self.read(close, age),
        };
        Bar { candle, window: self, age }
    }

    #[inline(always)]
    fn read(self, column: &Column, age: usize) -> Lanes<V> {
        let first = BEFORE + self.row - age;
        Lanes::read(self.simd, &column[first..first + Lanes::<V>::COUNT])
    }
}

/// One candle of a window, judged against the candles before it.
#[derive(Debug, Clone, Copy)]
pub struct Bar<'a, V: Simd> {
    candle: Candle<Lanes<V>>,
    window: Window<'a, V>,
    age: usize,
}

impl<V: Simd> Deref for Bar<'_, V> {
    type Target = Candle<Lanes<V>>;

    #[inline(always)]
    fn deref(&self) -> &Self::Target {
        &self.candle
    }
}

/// What is said of it alone and against the candles before it.
impl<V: Simd> Bar<'_, V> {
    /// The yardstick of a setting for this candle.
    #[inline(always)]
    pub fn average(&self, setting: Setting) -> Lanes<V> {
        let Setting { yardstick, factor } = setting;
        self.window.read(self.window.chunk.yardstick(yardstick), self.age) * factor
    }

    /// It closed at its open or above.
    #[inline(always)]
    pub fn is_white(&self) -> Mask<V> {
        self.close.at_least(self.open)
    }

    /// It closed below its open.
    #[inline(always)]
    pub fn is_black(&self) -> Mask<V> {
        self.close.below(self.open)
    }

    /// The body is long.
    #[inline(always)]
    pub fn is_long(&self) -> Mask<V> {
        self.body().above(self.average(BODY))
    }

    /// The body is short.
    #[inline(always)]
    pub fn is_short(&self) -> Mask<V> {
        self.body().below(self.average(BODY))
    }

    /// The body is not longer than short bodies are.
    #[inline(always)]
    pub fn is_small(&self) -> Mask<V> {
        self.body().at_most(self.average(BODY))
    }

    /// The body is that of a doji.
    #[inline(always)]
    pub fn is_doji(&self) -> Mask<V> {
        self.body().at_most(self.average(BODY_DOJI))
    }

    /// There is no or almost no line above the body.
    #[inline(always)]
    pub fn no_upper(&self) -> Mask<V> {
        self.upper_shadow().below(self.average(SHADOW_VERY_SHORT))
    }

    /// There is no or almost no line below the body.
    #[inline(always)]
    pub fn no_lower(&self) -> Mask<V> {
        self.lower_shadow().below(self.average(SHADOW_VERY_SHORT))
    }

    /// The line above the body is more than a very short one.
    #[inline(always)]
    pub fn has_upper(&self) -> Mask<V> {
        self.upper_shadow().above(self.average(SHADOW_VERY_SHORT))
    }

    /// The line below the body is more than a very short one.
    #[inline(always)]
    pub fn has_lower(&self) -> Mask<V> {
        self.lower_shadow().above(self.average(SHADOW_VERY_SHORT))
    }

    /// The line above the body is short.
    #[inline(always)]
    pub fn short_upper(&self) -> Mask<V> {
        self.upper_shadow().below(self.average(SHADOW_SHORT))
    }

    /// The line below the body is short.
    #[inline(always)]
    pub fn short_lower(&self) -> Mask<V> {
        self.lower_shadow().below(self.average(SHADOW_SHORT))
    }

    /// The line above the body is long.
    #[inline(always)]
    pub fn long_upper(&self) -> Mask<V> {
        self.upper_shadow().above(self.body())
    }

    /// The line below the body is long.
    #[inline(always)]
    pub fn long_lower(&self) -> Mask<V> {
        self.lower_shadow().above(self.body())
    }

    /// The line above the body is very long.
    #[inline(always)]
    pub fn very_long_upper(&self) -> Mask<V> {
        self.upper_shadow().above(self.body() * SHADOW_VERY_LONG)
    }

    /// The line below the body is very long.
    #[inline(always)]
    pub fn very_long_lower(&self) -> Mask<V> {
        self.lower_shadow().above(self.body() * SHADOW_VERY_LONG)
    }

    /// A long body and hardly a shadow.
    #[inline(always)]
    pub fn is_marubozu(&self) -> Mask<V> {
        self.is_long() & self.no_upper() & self.no_lower()
    }

    /// The distance that counts as near.
    #[inline(always)]
    pub fn near(&self) -> Lanes<V> {
        self.average(NEAR)
    }

    /// The distance that counts as far.
    #[inline(always)]
    pub fn far(&self) -> Lanes<V> {
        self.average(FAR)
    }

    /// A price is equal to a price of this candle.
    #[inline(always)]
    pub fn equal(&self, price: Lanes<V>, own: Lanes<V>) -> Mask<V> {
        let tolerance = self.average(EQUAL);
        price.at_most(own + tolerance) & price.at_least(own - tolerance)
    }
}

/// What is said of it against another one.
impl<V: Simd> Bar<'_, V> {
    /// One is white and one is black.
    #[inline(always)]
    pub fn opposes(&self, other: &Self) -> Mask<V> {
        self.is_white() ^ other.is_white()
    }

    /// Both are white or both are black.
    #[inline(always)]
    pub fn is_colored_as(&self, other: &Self) -> Mask<V> {
        !self.opposes(other)
    }

    /// The body lies above the body of `other`: a gap up between the bodies.
    #[inline(always)]
    pub fn body_above(&self, other: &Self) -> Mask<V> {
        self.bottom().above(other.top())
    }

    /// The body lies below the body of `other`: a gap down between the bodies.
    #[inline(always)]
    pub fn body_below(&self, other: &Self) -> Mask<V> {
        self.top().below(other.bottom())
    }

    /// The candle lies above `other`, shadows included.
    #[inline(always)]
    pub fn wholly_above(&self, other: &Self) -> Mask<V> {
        self.low.above(other.high)
    }

    /// The candle lies below `other`, shadows included.
    #[inline(always)]
    pub fn wholly_below(&self, other: &Self) -> Mask<V> {
        self.high.below(other.low)
    }

    /// It reopens inside the body of `other`, its ends excluded.
    #[inline(always)]
    pub fn opens_inside(&self, other: &Self) -> Mask<V> {
        self.open.above(other.bottom()) & self.open.below(other.top())
    }

    /// It closes inside the body of `other`, its ends excluded.
    #[inline(always)]
    pub fn closes_inside(&self, other: &Self) -> Mask<V> {
        self.close.above(other.bottom()) & self.close.below(other.top())
    }
}

/// Where something is said of all of some candles.
macro_rules! all {
    ($is:ident: $bar:ident $(, $more:ident)*) => { $bar.$is() $(& $more.$is())* };
}
pub(super) use all;
