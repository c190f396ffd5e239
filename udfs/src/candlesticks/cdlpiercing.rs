//! `cdlpiercing`: piercing pattern.

use trademl_math::candlesticks::Candlesticks;
use trademl_math::candlesticks::pairs::CDLPIERCING;

use super::arguments::{CLOSE, HIGH, LOW, OPEN};
use super::signal::signal;
use crate::function::{Contract, Function, Lookahead};

const CONTRACT: Contract = Contract {
    name: "cdlpiercing",
    family: "candlesticks",
    summary: "After a long black candle a long white one that opens below its low and closes in \
              the upper half of its body.",
    arguments: &[OPEN, HIGH, LOW, CLOSE],
    returns: "100 where the pattern ends with the row, else 0 [bullish]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 11 rows with \
            values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "Nison (1991), Japanese Candlestick Charting Techniques; TA-Lib CDLPIERCING with its \
             default candle settings",
    example: "SELECT i, cdlpiercing(open, high, low, close) OVER (ORDER BY i) AS signal FROM \
              (SELECT i, 100 AS open, 115 AS high, 95 AS low, 110 AS close FROM unnest(range(0, \
              10)) AS r(i) UNION ALL VALUES (10, 110, 114, 87, 91), (11, 85, 115, 81, 102)) AS t \
              ORDER BY i DESC LIMIT 1\n\
              ----\n\
              11 100",
};

/// The entry for the registry.
pub fn function() -> Function {
    signal(&CONTRACT, |_| Ok(Box::new(Candlesticks::new(CDLPIERCING))))
}
