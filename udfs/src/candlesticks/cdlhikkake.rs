//! `cdlhikkake`: hikkake.

use trademl_math::candlesticks::Candlesticks;
use trademl_math::candlesticks::longer::CDLHIKKAKE;

use super::arguments::{CLOSE, HIGH, LOW, OPEN};
use super::signal::signal;
use crate::function::{Contract, Function, Lookahead};

const CONTRACT: Contract = Contract {
    name: "cdlhikkake",
    family: "candlesticks",
    summary: "An inside candle and a break out of it that may be a trap: below it is bullish, \
              above it bearish; confirmed when one of the next three closes goes beyond the \
              inside candle the other way.",
    arguments: &[OPEN, HIGH, LOW, CLOSE],
    returns: "100 bullish or −100 bearish at the break, 200 or −200 at the close that confirms \
              it, else 0",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 5 rows with \
            values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "Chesler (2003), Trading False Moves with the Hikkake Pattern; TA-Lib CDLHIKKAKE with \
             its default candle settings",
    example: "SELECT i, cdlhikkake(open, high, low, close) OVER (ORDER BY i) AS signal FROM \
              (SELECT i, 100 AS open, 115 AS high, 95 AS low, 110 AS close FROM unnest(range(0, \
              10)) AS r(i) UNION ALL VALUES (10, 110, 111, 89, 98), (11, 98, 103, 92, 92), (12, \
              92, 95, 77, 80), (13, 105, 110, 104, 104)) AS t ORDER BY i DESC LIMIT 1\n\
              ----\n\
              13 200",
};

/// The entry for the registry.
pub fn function() -> Function {
    signal(&CONTRACT, |_| Ok(Box::new(Candlesticks::new(CDLHIKKAKE))))
}
