//! `cdlmarubozu`: marubozu.

use trademl_math::candlesticks::Candlesticks;
use trademl_math::candlesticks::single::CDLMARUBOZU;

use super::arguments::{CLOSE, HIGH, LOW, OPEN};
use super::signal::signal;
use crate::function::{Contract, Function, Lookahead};

const CONTRACT: Contract = Contract {
    name: "cdlmarubozu",
    family: "candlesticks",
    summary: "A long body without shadows; the sign is its color.",
    arguments: &[OPEN, HIGH, LOW, CLOSE],
    returns: "100 where the row is one and white, −100 where it is black, else 0",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 10 rows with \
            values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "TA-Lib CDLMARUBOZU with its default candle settings",
    example: "SELECT i, cdlmarubozu(open, high, low, close) OVER (ORDER BY i) AS signal FROM \
              (SELECT i, 100 AS open, 115 AS high, 95 AS low, 110 AS close FROM unnest(range(0, \
              10)) AS r(i) UNION ALL VALUES (10, 110, 124, 109, 123)) AS t ORDER BY i DESC LIMIT \
              1\n\
              ----\n\
              10 100",
};

/// The entry for the registry.
pub fn function() -> Function {
    signal(&CONTRACT, |_| Ok(Box::new(Candlesticks::new(CDLMARUBOZU))))
}
