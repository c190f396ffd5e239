//! `cdlkickingbylength`: kicking by length.

use trademl_math::candlesticks::Candlesticks;
use trademl_math::candlesticks::pairs::CDLKICKINGBYLENGTH;

use super::arguments::{CLOSE, HIGH, LOW, OPEN};
use super::signal::signal;
use crate::function::{Contract, Function, Lookahead};

const CONTRACT: Contract = Contract {
    name: "cdlkickingbylength",
    family: "candlesticks",
    summary: "Two candles of opposite colors with long bodies and no shadows, the second beyond a \
              gap in its own direction; the longer of the two gives the sign.",
    arguments: &[OPEN, HIGH, LOW, CLOSE],
    returns: "100 where the pattern ends with the row and is bullish, −100 where it is bearish, \
              else 0",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 11 rows with \
            values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "TA-Lib CDLKICKINGBYLENGTH with its default candle settings",
    example: "SELECT i, cdlkickingbylength(open, high, low, close) OVER (ORDER BY i) AS signal \
              FROM (SELECT i, 100 AS open, 115 AS high, 95 AS low, 110 AS close FROM \
              unnest(range(0, 10)) AS r(i) UNION ALL VALUES (10, 110, 110, 95, 95), (11, 120, \
              142, 120, 141)) AS t ORDER BY i DESC LIMIT 1\n\
              ----\n\
              11 100",
};

/// The entry for the registry.
pub fn function() -> Function {
    signal(&CONTRACT, |_| Ok(Box::new(Candlesticks::new(CDLKICKINGBYLENGTH))))
}
