//! The arguments of the family.

use crate::function::{Argument, Kind, Role};

/// Call or put.
pub(super) const KIND: Argument = Argument {
    name: "kind",
    role: Role::Column(Kind::Text),
    default: None,
    unit: "–",
    meaning: "'call' or 'put'; also 'c' or 'p', in either letter case",
};
/// The option's price.
pub(super) const PRICE: Argument = number("price", "price", "price of the option today, ≥ 0");
/// The price of the underlying.
pub(super) const SPOT: Argument = number("spot", "price", "price of the underlying today, > 0");
/// The price of the future.
pub(super) const FORWARD: Argument =
    number("forward", "price", "future's price, or the forward at expiry, > 0");
/// The strike.
pub(super) const STRIKE: Argument =
    number("strike", "price", "strike, in the unit of the underlying, > 0");
/// The life of the option.
pub(super) const TIME: Argument = number("time", "years", "years to expiry, ≥ 0");
/// The riskless rate.
pub(super) const RATE: Argument =
    number("rate", "per year", "riskless rate, continuously compounded decimal");
/// The volatility.
pub(super) const VOLATILITY: Argument =
    number("volatility", "per √year", "volatility, annualised decimal, ≥ 0");
/// The dividend yield.
pub(super) const DIVIDEND_YIELD: Argument = Argument {
    default: Some("0.0"),
    ..number(
        "dividend_yield",
        "per year",
        "dividend yield or foreign rate, continuously compounded decimal",
    )
};

/// The symbol of a listed option.
pub(super) const SYMBOL: Argument = Argument {
    name: "symbol",
    role: Role::Column(Kind::Text),
    default: None,
    unit: "–",
    meaning: "OSI symbol in 21 characters, or without the spaces",
};
/// The date in an option's symbol.
pub(super) const EXPIRY: Argument = Argument {
    name: "expiry",
    role: Role::Column(Kind::Date),
    default: None,
    unit: "date",
    meaning: "date of expiry, that of the symbol",
};
/// Which prices of that date it is settled on.
pub(super) const SETTLEMENT: Argument = Argument {
    name: "settlement",
    role: Role::Column(Kind::Text),
    default: Some("'pm'"),
    unit: "–",
    meaning: "'pm': on the close, as nearly all; 'am': on the open, as SPX, NDX and RUT on the third Friday \
              (not SPXW); in either letter case",
};
/// The exchange whose sessions count.
pub(super) const CALENDAR: Argument = Argument {
    name: "calendar",
    role: Role::Constant(Kind::Text),
    default: Some("'XNYS'"),
    unit: "–",
    meaning: "exchange: 'XNYS' (also 'NYSE'), in either letter case",
};

/// What is made of NULL and of what has no value.
pub(super) const NULLS: &str = "a NULL argument gives NULL, and so does an option without a value: a price, strike or \
     forward ≤ 0, a negative time or volatility, NaN or infinity, a value too large to be represented. The same call of \
     the function with _status tells which";
/// The same of functions without a status of their own.
pub(super) const NULLS_AS_BS_PRICE: &str = "a NULL argument gives NULL, and so does an option without a value, as in \
     bs_price, whose bs_price_status tells why; a number of this function alone that is outside its range";
/// What is an error.
pub(super) const ERRORS: &str =
    "a kind that is neither call nor put (function and value are named)";
/// What the functions that tell the status return.
pub(super) const STATUS: &str = "TEXT: 'valued'; 'expired' (time 0) and 'zero_volatility', which are limits; or why \
     there is no value: 'not_finite', 'negative_time', 'non_positive_underlying', 'non_positive_strike', \
     'negative_volatility', 'overflow'";

/// A number in each row.
pub(super) const fn number(
    name: &'static str,
    unit: &'static str,
    meaning: &'static str,
) -> Argument {
    Argument { name, role: Role::Column(Kind::Float), default: None, unit, meaning }
}
