//! The arguments of the family.

use crate::function::{Argument, Kind, Role};

pub(super) const PATH: Argument = Argument {
    name: "path",
    role: Role::Relation,
    default: None,
    unit: "–",
    meaning: "one row a position, step and leg; the legs are those of the first step, each with a row \
              on every step before its expiry. A step is a time at which there are rows",
};
pub(super) const POSITION: Argument = Argument {
    name: "position",
    role: Role::Key,
    default: Some("position"),
    unit: "–",
    meaning: "the position a row belongs to; its columns open the result",
};
pub(super) const DATE: Argument = Argument {
    name: "date",
    role: Role::Order,
    default: Some("date"),
    unit: "date or timestamp",
    meaning: "when the row's market was known and is traded at",
};
pub(super) const LEG: Argument = Argument {
    name: "leg",
    role: Role::Column(Kind::Any),
    default: Some("leg"),
    unit: "–",
    meaning: "what tells the legs of a position apart; unique within a step",
};
pub(super) const KIND: Argument = Argument {
    name: "kind",
    role: Role::Column(Kind::Text),
    default: None,
    unit: "–",
    meaning: "'call', 'put', or 'underlying' for the underlying itself; also 'c' or 'p', in either letter \
              case",
};
pub(super) const STRIKE: Argument =
    number("strike", "price", "strike, > 0; of the underlying it is not read");
pub(super) const EXPIRY: Argument = Argument {
    name: "expiry",
    role: Role::Column(Kind::Time),
    default: None,
    unit: "date or timestamp",
    meaning: "when the option ends, of the type of date; of the underlying it is not read",
};
pub(super) const QUANTITY: Argument =
    number("quantity", "contracts", "contracts bought, below 0 sold");
pub(super) const MULTIPLIER: Argument = Argument {
    default: Some("1.0"),
    ..number("multiplier", "units", "units of the underlying a contract is on, > 0")
};
pub(super) const SPOT: Argument = number("spot", "price", "price of the underlying, > 0");
pub(super) const PRICE: Argument =
    number("price", "price", "price of the leg a unit, ≥ 0 for an option");

pub(super) const LEG_KIND: Argument = Argument { default: Some("kind"), ..KIND };
pub(super) const LEG_STRIKE: Argument = Argument { default: Some("strike"), ..STRIKE };
pub(super) const LEG_EXPIRY: Argument = Argument { default: Some("expiry"), ..EXPIRY };
pub(super) const LEG_QUANTITY: Argument = Argument {
    meaning: "contracts bought on the first step, below 0 sold; the same in all rows of a leg",
    default: Some("quantity"),
    ..QUANTITY
};
pub(super) const STEP_SPOT: Argument = Argument {
    meaning: "price of the underlying, > 0; like rate, dividend_yield and dividend the same in all rows \
              of a step",
    default: Some("spot"),
    ..SPOT
};
pub(super) const RATE: Argument = Argument {
    default: Some("rate"),
    ..number("rate", "per year", "riskless rate, continuously compounded decimal")
};
pub(super) const VOLATILITY: Argument = Argument {
    default: Some("NULL"),
    ..number(
        "volatility",
        "per √year",
        "implied volatility of the leg, ≥ 0, that values it where price is NULL",
    )
};
pub(super) const MARK: Argument = Argument {
    default: Some("NULL"),
    ..number(
        "price",
        "price",
        "price of the leg a unit, ≥ 0; its sensitivities are at the volatility that it implies",
    )
};
pub(super) const DIVIDEND_YIELD: Argument = Argument {
    default: Some("0.0"),
    ..number(
        "dividend_yield",
        "per year",
        "dividend yield, continuously compounded decimal, on which options are valued and which shares \
         earn",
    )
};
pub(super) const DIVIDEND: Argument = Argument {
    default: Some("NULL"),
    ..number(
        "dividend",
        "money a share",
        "cash dividend that holders since the step before receive on this one; NULL is none",
    )
};
pub(super) const EXERCISED: Argument = Argument {
    default: Some("NULL"),
    ..number(
        "exercised",
        "contracts",
        "contracts of the leg that are exercised on this step, or assigned if sold, ≥ 0; NULL is none",
    )
};

pub(super) const REHEDGE: Argument = Argument {
    name: "rehedge",
    role: Role::Constant(Kind::Text),
    default: Some("'every_step'"),
    unit: "–",
    meaning: "when the hedge is traded, always to the delta itself: 'every_step'; 'threshold', when \
              |delta + hedge| is above threshold · units that open options are on; 'threshold_shares', \
              when it is above threshold in shares; 'never'",
};
pub(super) const THRESHOLD: Argument = Argument {
    default: Some("0.0"),
    ..constant("threshold", "share or shares", "of rehedge, > 0 where it has one, else 0")
};
pub(super) const OPTION_HALF_SPREAD: Argument = Argument {
    default: Some("0.0"),
    ..constant("option_half_spread", "price", "half the spread of an option, a unit, ≥ 0")
};
pub(super) const OPTION_FEE: Argument = Argument {
    default: Some("0.0"),
    ..constant("option_fee", "money a contract", "fee for an option traded, ≥ 0")
};
pub(super) const SHARE_BPS: Argument = Argument {
    default: Some("0.0"),
    ..constant("share_bps", "bp of notional", "cost of trading the underlying, ≥ 0")
};
pub(super) const SHARE_FEE: Argument = Argument {
    default: Some("0.0"),
    ..constant("share_fee", "money a share", "fee for a share traded, ≥ 0")
};
pub(super) const SETTLEMENT: Argument = Argument {
    name: "settlement",
    role: Role::Constant(Kind::Text),
    default: Some("'cash'"),
    unit: "–",
    meaning: "what an option in the money becomes at its expiry: 'cash', or with 'physical' shares at the \
              strike, which stay in hedge_shares",
};
pub(super) const CLOSE: Argument = Argument {
    name: "close",
    role: Role::Constant(Kind::Boolean),
    default: Some("false"),
    unit: "–",
    meaning: "true: all that is left is traded away on the position's last step, which is then another \
              than if later rows were there",
};
pub(super) const CAPITAL: Argument = Argument {
    default: Some("0.0"),
    ..constant("capital", "money", "cash before the first trade")
};
pub(super) const DAYS_A_YEAR: Argument = Argument {
    default: Some("365.0"),
    ..constant(
        "days_a_year",
        "days",
        "calendar days that make a year of rates and volatilities, > 0",
    )
};

/// The arguments of a position held over a path of its market, its delta hedged.
pub(super) const HEDGED_PATH: [Argument; 26] = [
    PATH,
    POSITION,
    DATE,
    LEG,
    LEG_KIND,
    LEG_STRIKE,
    LEG_EXPIRY,
    LEG_QUANTITY,
    STEP_SPOT,
    RATE,
    VOLATILITY,
    MARK,
    MULTIPLIER,
    DIVIDEND_YIELD,
    DIVIDEND,
    EXERCISED,
    REHEDGE,
    THRESHOLD,
    OPTION_HALF_SPREAD,
    OPTION_FEE,
    SHARE_BPS,
    SHARE_FEE,
    SETTLEMENT,
    CLOSE,
    CAPITAL,
    DAYS_A_YEAR,
];

/// What is made of NULL in a path.
pub(super) const PATH_NULLS: &str = "NULL dividend or exercised is none; after its expiry a leg needs no row, and its \
     marks are not read; strike and expiry of the underlying are not read. Any other NULL is an error. An empty \
     relation gives no rows";
/// What is an error in a path.
pub(super) const PATH_ERRORS: &str = "neither volatility nor price given; a number outside its range; a kind that is \
     none; a leg twice on a step, without a row before its expiry, not on the first step, or with other terms than \
     there; a spot, rate, yield or dividend that differs within a step; an option without a value, such as one priced \
     below what its exercise is worth (the status of bs_iv_status is named); an expiry on or before the first step, \
     or between two steps; contracts exercised that are not open; expiry of another type than date; a constant \
     outside its range";

/// The arguments and one more after them.
pub(super) const fn and<const N: usize, const MORE: usize>(
    arguments: [Argument; N],
    last: Argument,
) -> [Argument; MORE] {
    assert!(MORE == N + 1);
    let mut all = [last; MORE];
    all.split_at_mut(N).0.copy_from_slice(&arguments);
    all
}

/// A number in each row.
pub(super) const fn number(
    name: &'static str,
    unit: &'static str,
    meaning: &'static str,
) -> Argument {
    Argument { name, role: Role::Column(Kind::Float), default: None, unit, meaning }
}

const fn constant(name: &'static str, unit: &'static str, meaning: &'static str) -> Argument {
    Argument { name, role: Role::Constant(Kind::Float), default: None, unit, meaning }
}
