//! One candle: the open, high, low and close of a row, and what is measured on them.

use crate::rolling::Number;

/// One candle, or several side by side.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candle<N> {
    /// The first price.
    pub open: N,
    /// The highest price.
    pub high: N,
    /// The lowest price.
    pub low: N,
    /// The last price.
    pub close: N,
}

impl<N: Number> Candle<N> {
    /// The length of the real body: the distance from open to close.
    #[inline(always)]
    pub fn body(&self) -> N {
        self.top() - self.bottom()
    }

    /// The upper end of the body.
    #[inline(always)]
    pub fn top(&self) -> N {
        N::less(self.close, self.open, self.open, self.close)
    }

    /// The lower end of the body.
    #[inline(always)]
    pub fn bottom(&self) -> N {
        N::less(self.close, self.open, self.close, self.open)
    }

    /// The length of the line above the body.
    #[inline(always)]
    pub fn upper_shadow(&self) -> N {
        self.high - self.top()
    }

    /// The length of the line below the body.
    #[inline(always)]
    pub fn lower_shadow(&self) -> N {
        self.bottom() - self.low
    }

    /// The lengths of both lines together.
    #[inline(always)]
    pub fn shadows(&self) -> N {
        self.upper_shadow() + self.lower_shadow()
    }

    /// The distance from low to high.
    #[inline(always)]
    pub fn range(&self) -> N {
        self.high - self.low
    }

    /// 0, but NaN where a price is no finite number.
    #[inline(always)]
    pub fn nothing(&self) -> N {
        let none = self.open.all(0.0);
        (self.open * none + self.high * none) + (self.low * none + self.close * none)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_by_hand() {
        let white = Candle { open: 10.0, high: 15.0, low: 8.0, close: 13.0 };
        let black = Candle { open: 13.0, close: 10.0, ..white };
        for candle in [white, black] {
            assert_eq!((candle.body(), candle.range()), (3.0, 7.0));
            assert_eq!((candle.upper_shadow(), candle.lower_shadow()), (2.0, 2.0));
            assert_eq!((candle.shadows(), candle.nothing()), (4.0, 0.0));
            assert!(Candle { low: f64::NEG_INFINITY, ..candle }.nothing().is_nan());
        }
    }
}
