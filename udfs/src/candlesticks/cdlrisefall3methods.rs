//! `cdlrisefall3methods`: rising or falling three methods.

use trademl_math::candlesticks::Candlesticks;
use trademl_math::candlesticks::longer::CDLRISEFALL3METHODS;

use super::arguments::{CLOSE, HIGH, LOW, OPEN};
use super::signal::signal;
use crate::function::{Contract, Function, Lookahead};

const CONTRACT: Contract = Contract {
    name: "cdlrisefall3methods",
    family: "candlesticks",
    summary: "A long candle, three short ones of the other color that drift back within its \
              range, and a long one of its color that closes beyond its close.",
    arguments: &[OPEN, HIGH, LOW, CLOSE],
    returns: "100 where the pattern ends with the row and is bullish, −100 where it is bearish, \
              else 0",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 14 rows with \
            values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "Nison (1991), Japanese Candlestick Charting Techniques; TA-Lib CDLRISEFALL3METHODS \
             with its default candle settings",
    example: "SELECT i, cdlrisefall3methods(open, high, low, close) OVER (ORDER BY i) AS signal \
              FROM (SELECT i, 100 AS open, 115 AS high, 95 AS low, 110 AS close FROM \
              unnest(range(0, 10)) AS r(i) UNION ALL VALUES (10, 110, 151, 102, 143), (11, 135, \
              148, 129, 129), (12, 129, 131, 128, 128), (13, 129, 129, 114, 125), (14, 128, 153, \
              122, 153)) AS t ORDER BY i DESC LIMIT 1\n\
              ----\n\
              14 100",
};

/// The entry for the registry.
pub fn function() -> Function {
    signal(&CONTRACT, |_| Ok(Box::new(Candlesticks::new(CDLRISEFALL3METHODS))))
}
