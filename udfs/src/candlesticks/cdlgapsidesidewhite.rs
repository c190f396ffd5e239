//! `cdlgapsidesidewhite`: side-by-side white lines.

use trademl_math::candlesticks::Candlesticks;
use trademl_math::candlesticks::triples::CDLGAPSIDESIDEWHITE;

use super::arguments::{CLOSE, HIGH, LOW, OPEN};
use super::signal::signal;
use crate::function::{Contract, Function, Lookahead};

const CONTRACT: Contract = Contract {
    name: "cdlgapsidesidewhite",
    family: "candlesticks",
    summary: "After a gap two white candles side by side, both beyond the gap, of about one size \
              and with about one open; 100 for a gap up, −100 for a gap down.",
    arguments: &[OPEN, HIGH, LOW, CLOSE],
    returns: "100 where the pattern ends with the row and is bullish, −100 where it is bearish, \
              else 0",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 7 rows with \
            values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "Nison (1991), Japanese Candlestick Charting Techniques; TA-Lib CDLGAPSIDESIDEWHITE \
             with its default candle settings",
    example: "SELECT i, cdlgapsidesidewhite(open, high, low, close) OVER (ORDER BY i) AS signal \
              FROM (SELECT i, 100 AS open, 115 AS high, 95 AS low, 110 AS close FROM \
              unnest(range(0, 10)) AS r(i) UNION ALL VALUES (10, 110, 135, 105, 117), (11, 119, \
              135, 108, 124), (12, 119, 130, 118, 121)) AS t ORDER BY i DESC LIMIT 1\n\
              ----\n\
              12 100",
};

/// The entry for the registry.
pub fn function() -> Function {
    signal(&CONTRACT, |_| Ok(Box::new(Candlesticks::new(CDLGAPSIDESIDEWHITE))))
}
