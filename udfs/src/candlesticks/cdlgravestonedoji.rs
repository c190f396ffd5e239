//! `cdlgravestonedoji`: gravestone doji.

use trademl_math::candlesticks::Candlesticks;
use trademl_math::candlesticks::single::CDLGRAVESTONEDOJI;

use super::arguments::{CLOSE, HIGH, LOW, OPEN};
use super::signal::signal;
use crate::function::{Contract, Function, Lookahead};

const CONTRACT: Contract = Contract {
    name: "cdlgravestonedoji",
    family: "candlesticks",
    summary: "A doji at the low of its candle: no lower shadow and more than a very short upper \
              one.",
    arguments: &[OPEN, HIGH, LOW, CLOSE],
    returns: "100 where the row is one, else 0; the sign tells no direction",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 10 rows with \
            values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "Nison (1991), Japanese Candlestick Charting Techniques; TA-Lib CDLGRAVESTONEDOJI \
             with its default candle settings",
    example: "SELECT i, cdlgravestonedoji(open, high, low, close) OVER (ORDER BY i) AS signal \
              FROM (SELECT i, 100 AS open, 115 AS high, 95 AS low, 110 AS close FROM \
              unnest(range(0, 10)) AS r(i) UNION ALL VALUES (10, 110, 115, 109, 111)) AS t ORDER \
              BY i DESC LIMIT 1\n\
              ----\n\
              10 100",
};

/// The entry for the registry.
pub fn function() -> Function {
    signal(&CONTRACT, |_| Ok(Box::new(Candlesticks::new(CDLGRAVESTONEDOJI))))
}
