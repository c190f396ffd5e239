//! `cdlxsidegap3methods`: upside or downside gap three methods.

use trademl_math::candlesticks::Candlesticks;
use trademl_math::candlesticks::triples::CDLXSIDEGAP3METHODS;

use super::arguments::{CLOSE, HIGH, LOW, OPEN};
use super::signal::signal;
use crate::function::{Contract, Function, Lookahead};

const CONTRACT: Contract = Contract {
    name: "cdlxsidegap3methods",
    family: "candlesticks",
    summary: "Two candles of one color with a gap between their bodies, and one of the other \
              color that opens within the second body and closes within the first; the sign is \
              that of the gap.",
    arguments: &[OPEN, HIGH, LOW, CLOSE],
    returns: "100 where the pattern ends with the row and is bullish, −100 where it is bearish, \
              else 0",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 2 rows with \
            values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "TA-Lib CDLXSIDEGAP3METHODS with its default candle settings",
    example: "SELECT i, cdlxsidegap3methods(open, high, low, close) OVER (ORDER BY i) AS signal \
              FROM (SELECT i, 100 AS open, 115 AS high, 95 AS low, 110 AS close FROM \
              unnest(range(0, 10)) AS r(i) UNION ALL VALUES (10, 110, 133, 100, 123), (11, 133, \
              143, 129, 139), (12, 136, 146, 119, 122)) AS t ORDER BY i DESC LIMIT 1\n\
              ----\n\
              12 100",
};

/// The entry for the registry.
pub fn function() -> Function {
    signal(&CONTRACT, |_| Ok(Box::new(Candlesticks::new(CDLXSIDEGAP3METHODS))))
}
