//! How a value came about, or why there is none.

/// How a value came about, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// By the formula.
    Valued,
    /// The time is 0: the limit, which is the payoff.
    Expired,
    /// The volatility is 0: the limit, which is the discounted payoff on the forward.
    ZeroVolatility,
    /// Not defined: the phi of an option on a future, or any sensitivity where time or volatility is
    /// 0 and the forward is the strike, because the limit depends on the way there, or is infinite.
    Undefined,
    /// An input is NaN or infinite.
    NotFinite,
    /// The time is below 0.
    NegativeTime,
    /// The price of the underlying is not above 0.
    NonPositiveUnderlying,
    /// The strike is not above 0.
    NonPositiveStrike,
    /// The volatility is below 0.
    NegativeVolatility,
    /// The discount factor is not above 0.
    NonPositiveDiscount,
    /// The option's price is below 0.
    NegativePrice,
    /// The option's price is below its discounted intrinsic value.
    BelowIntrinsic,
    /// The option's price is what no volatility reaches: forward · discount for a call, strike ·
    /// discount for a put.
    AtUpperBound,
    /// The option's price is above that bound.
    AboveUpperBound,
    /// A cash dividend is not a finite amount ≥ 0, or not on a time in order within the option's life.
    BadDividend,
    /// Exercise is best between two boundaries (yield < rate < 0 for a put), which is not supported.
    DoubleBoundary,
    /// The iteration did not settle.
    NotConverged,
    /// The result is too large to be represented.
    Overflow,
}

impl Status {
    /// Its name in SQL.
    pub fn name(self) -> &'static str {
        match self {
            Self::Valued => "valued",
            Self::Expired => "expired",
            Self::ZeroVolatility => "zero_volatility",
            Self::Undefined => "undefined",
            Self::NotFinite => "not_finite",
            Self::NegativeTime => "negative_time",
            Self::NonPositiveUnderlying => "non_positive_underlying",
            Self::NonPositiveStrike => "non_positive_strike",
            Self::NegativeVolatility => "negative_volatility",
            Self::NonPositiveDiscount => "non_positive_discount",
            Self::NegativePrice => "negative_price",
            Self::BelowIntrinsic => "below_intrinsic",
            Self::AtUpperBound => "at_upper_bound",
            Self::AboveUpperBound => "above_upper_bound",
            Self::BadDividend => "bad_dividend",
            Self::DoubleBoundary => "double_boundary",
            Self::NotConverged => "not_converged",
            Self::Overflow => "overflow",
        }
    }
}

/// A value with how it came about, or the reason for none. The value is finite.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Valuation {
    value: Option<f64>,
    status: Status,
}

impl Valuation {
    /// A value, if it is a number; one that overflowed is none.
    pub(super) fn new(value: f64, status: Status) -> Self {
        match value.is_finite() {
            true => Self { value: Some(value), status },
            false => Self::none(Status::Overflow),
        }
    }

    /// No value.
    pub(super) fn none(status: Status) -> Self {
        Self { value: None, status }
    }

    /// The value.
    pub fn value(self) -> Option<f64> {
        self.value
    }

    /// How it came about, or why there is none.
    pub fn status(self) -> Status {
        self.status
    }
}
