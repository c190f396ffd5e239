//! `cdl3inside`: three inside up or down.

use trademl_math::candlesticks::Candlesticks;
use trademl_math::candlesticks::triples::CDL3INSIDE;

use super::arguments::{CLOSE, HIGH, LOW, OPEN};
use super::signal::signal;
use crate::function::{Contract, Function, Lookahead};

const CONTRACT: Contract = Contract {
    name: "cdl3inside",
    family: "candlesticks",
    summary: "A harami that the next close confirms: a short body inside a long one, then a \
              candle of the other color than the long one that closes beyond its open.",
    arguments: &[OPEN, HIGH, LOW, CLOSE],
    returns: "100 where the pattern ends with the row and is bullish, −100 where it is bearish, \
              else 0",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 12 rows with \
            values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "TA-Lib CDL3INSIDE with its default candle settings",
    example: "SELECT i, cdl3inside(open, high, low, close) OVER (ORDER BY i) AS signal FROM \
              (SELECT i, 100 AS open, 115 AS high, 95 AS low, 110 AS close FROM unnest(range(0, \
              10)) AS r(i) UNION ALL VALUES (10, 110, 117, 91, 93), (11, 99, 103, 96, 100), (12, \
              94, 121, 94, 116)) AS t ORDER BY i DESC LIMIT 1\n\
              ----\n\
              12 100",
};

/// The entry for the registry.
pub fn function() -> Function {
    signal(&CONTRACT, |_| Ok(Box::new(Candlesticks::new(CDL3INSIDE))))
}
