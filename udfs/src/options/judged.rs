//! Quotes of options with what is wrong with them: the arguments and the reading of them.

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray, Float64Array, StringArray};
use datafusion::common::Result;
use trademl_math::options::cash_dividends::Style;
use trademl_math::options::market::quote_flags::{Limits, OptionQuote, QuoteFlags};

use super::arguments::{KIND, STRIKE, TIME, number};
use super::columns::Columns;
use super::valued::kind_named;
use crate::function::{Argument, Contract, Kind, Role};
use crate::relation::Call;

/// The arguments of the functions on quotes.
pub(super) const ARGUMENTS: &[Argument] = &[
    KIND,
    STRIKE,
    number("bid", "price", "best bid; NULL or 0 if nobody bids"),
    number("ask", "price", "best ask; NULL or 0 if nobody asks"),
    number("bid_size", "contracts", "contracts bid for; NULL if unknown"),
    number("ask_size", "contracts", "contracts asked; NULL if unknown"),
    TIME,
    optional("forward", "price", "forward at expiry; NULL: bounds are not judged"),
    optional("discount", "1", "discount factor to expiry; NULL: bounds are not judged"),
    optional("age", "seconds", "seconds since the quote was updated; NULL if unknown"),
    optional(
        "spot",
        "price",
        "price of the underlying today, which bounds American options; NULL: theirs are not judged",
    ),
    Argument {
        name: "american",
        role: Role::Column(Kind::Boolean),
        default: Some("false"),
        unit: "–",
        meaning: "whether the option may be exercised before expiry",
    },
    limit("penny", "0.05", "price", "highest bid or mid that is 'penny'"),
    limit("wide", "0.5", "1", "spread over the mid above which a quote is 'wide'"),
    limit("stale", "300.0", "seconds", "age above which a quote is 'stale'"),
    limit("slack", "0.01", "price", "how far a bound may be missed, the forward not being exact"),
];

pub(super) const NULLS: &str = "a NULL kind, strike, time or american gives NULL. A NULL bid or ask is one that nobody makes; \
     for a NULL size, age, forward, discount or spot, what needs it is not judged";
pub(super) const ERRORS: &str =
    "a kind that is neither call nor put; a limit that is not a number ≥ 0";

const fn optional(name: &'static str, unit: &'static str, meaning: &'static str) -> Argument {
    Argument { default: Some("NULL"), ..number(name, unit, meaning) }
}

const fn limit(
    name: &'static str,
    default: &'static str,
    unit: &'static str,
    meaning: &'static str,
) -> Argument {
    Argument { name, role: Role::Constant(Kind::Float), default: Some(default), unit, meaning }
}

/// The limits of a call.
pub(super) fn limits(call: &Call) -> Result<Limits> {
    Ok(Limits {
        penny: call.non_negative("penny")?,
        spread: call.non_negative("wide")?,
        age: call.non_negative("stale")?,
        slack: call.non_negative("slack")?,
    })
}

/// What is wrong with the quotes of a call.
pub(super) fn flags(
    contract: &'static Contract,
    call: &Call,
    arrays: &[ArrayRef],
) -> Result<Vec<Option<QuoteFlags>>> {
    let limits = limits(call)?;
    let columns = Columns::new(contract, arrays);
    let kinds = columns.of::<StringArray>("kind")?;
    let american = columns.of::<BooleanArray>("american")?;
    let names = ["strike", "bid", "ask", "bid_size", "ask_size", "time"];
    let more = ["forward", "discount", "age", "spot"];
    let floats = |name: &&str| columns.of::<Float64Array>(name);
    let numbers = names.iter().chain(&more).map(floats).collect::<Result<Vec<_>>>()?;
    let quote = |row: usize| {
        let of = |i: usize| numbers[i].is_valid(row).then(|| numbers[i].value(row));
        let style = match american.is_valid(row).then(|| american.value(row)) {
            Some(true) => Style::American,
            Some(false) => Style::European,
            None => return Ok(None),
        };
        let kind = kinds.is_valid(row).then(|| kinds.value(row));
        let (Some(kind), Some(strike), Some(years)) = (kind, of(0), of(5)) else { return Ok(None) };
        let (forward, discount, spot) = (of(6), of(7), of(9));
        let bounded =
            forward.is_some() && discount.is_some() && (spot.is_some() || style == Style::European);
        let quote = OptionQuote {
            kind: kind_named(contract, kind)?,
            style,
            strike,
            bid: of(1),
            ask: of(2),
            bid_size: of(3),
            ask_size: of(4),
            age: of(8),
            years,
            // What is unknown is as good as the strike, and no bound is missed by it.
            spot: spot.unwrap_or(strike),
            forward: forward.unwrap_or(strike),
            discount: discount.unwrap_or(1.0),
        };
        let slack = if bounded { limits.slack } else { f64::INFINITY };
        Ok(Some(quote.flags(&Limits { slack, ..limits })))
    };
    (0..kinds.len()).map(quote).collect()
}
