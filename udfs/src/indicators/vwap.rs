//! `vwap`: volume weighted average price.

use trademl_math::indicators::vwap::Vwap;

use super::arguments::{CLOSE, HIGH, LOW, VOLUME};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "vwap",
    family: "indicators",
    summary: "Volume weighted average price: the sum so far of volume · (high + low + close) / 3 \
              over the sum so far of volume; PARTITION BY the session for the price of each \
              session.",
    arguments: &[HIGH, LOW, CLOSE, VOLUME],
    returns: "price; 0 as long as nothing was traded",
    nulls: "a row with a NULL argument gives NULL and counts as absent; every other row has a \
            value",
    errors: "an argument NaN or infinite, or volume < 0 (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "definition; TA-Lib VWAP",
    example: "SELECT day, round(vwap(high, low, close, volume) OVER (ORDER BY day), 4) AS vwap \
              FROM (VALUES (1, 11.0, 9.5, 10.5, 100), (2, 12.0, 10.0, 11.5, 150), (3, 12.5, 11.0, \
              12.0, 120), (4, 12.25, 10.5, 10.75, 200)) AS t(day, high, low, close, volume) ORDER \
              BY day\n\
              ----\n\
              1 10.3333\n\
              2 10.8333\n\
              3 11.1577\n\
              4 11.1608",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite, Domain::Finite, Domain::Finite, Domain::NonNegative],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|_| Ok(Box::new(Vwap::new()))),
    }
    .function()
}
