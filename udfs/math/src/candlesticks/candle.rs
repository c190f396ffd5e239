//! One candle: the open, high, low and close of a row, and what is measured on them.

/// One candle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candle {
    /// The first price.
    pub open: f64,
    /// The highest price.
    pub high: f64,
    /// The lowest price.
    pub low: f64,
    /// The last price.
    pub close: f64,
}

impl Candle {
    /// The length of the real body: the distance from open to close.
    pub fn body(&self) -> f64 {
        (self.close - self.open).abs()
    }

    /// The upper end of the body.
    pub fn top(&self) -> f64 {
        if self.close >= self.open { self.close } else { self.open }
    }

    /// The lower end of the body.
    pub fn bottom(&self) -> f64 {
        if self.close >= self.open { self.open } else { self.close }
    }

    /// The length of the line above the body.
    pub fn upper_shadow(&self) -> f64 {
        self.high - self.top()
    }

    /// The length of the line below the body.
    pub fn lower_shadow(&self) -> f64 {
        self.bottom() - self.low
    }

    /// The distance from low to high.
    pub fn range(&self) -> f64 {
        self.high - self.low
    }

    /// Whether it closed at its open or above.
    pub fn is_white(&self) -> bool {
        self.close >= self.open
    }

    /// Whether it closed below its open.
    pub fn is_black(&self) -> bool {
        !self.is_white()
    }

    /// 1 for a white candle, −1 for a black one.
    pub fn color(&self) -> i32 {
        if self.is_white() { 1 } else { -1 }
    }

    /// Whether the body lies above the body of `other`: a gap up between the bodies.
    pub fn body_above(&self, other: &Self) -> bool {
        self.bottom() > other.top()
    }

    /// Whether the body lies below the body of `other`: a gap down between the bodies.
    pub fn body_below(&self, other: &Self) -> bool {
        self.top() < other.bottom()
    }

    /// Whether the candle lies above `other`, shadows included.
    pub fn wholly_above(&self, other: &Self) -> bool {
        self.low > other.high
    }

    /// Whether the candle lies below `other`, shadows included.
    pub fn wholly_below(&self, other: &Self) -> bool {
        self.high < other.low
    }

    /// Whether it reopens inside the body of `other`, its ends excluded.
    pub fn opens_inside(&self, other: &Self) -> bool {
        self.open > other.bottom() && self.open < other.top()
    }

    /// Whether it closes inside the body of `other`, its ends excluded.
    pub fn closes_inside(&self, other: &Self) -> bool {
        self.close > other.bottom() && self.close < other.top()
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
        }
        assert_eq!((white.color(), black.color()), (1, -1));
        assert_eq!(Candle { close: 10.0, ..white }.color(), 1);
    }
}
