//! `cdltristar`: tristar.

use trademl_math::candlesticks::Candlesticks;
use trademl_math::candlesticks::triples::CDLTRISTAR;

use super::arguments::{CLOSE, HIGH, LOW, OPEN};
use super::signal::signal;
use crate::function::{Contract, Function, Lookahead};

const CONTRACT: Contract = Contract {
    name: "cdltristar",
    family: "candlesticks",
    summary: "Three doji, the middle one beyond a gap from the first and the third back towards \
              the first: bearish above, bullish below.",
    arguments: &[OPEN, HIGH, LOW, CLOSE],
    returns: "100 where the pattern ends with the row and is bullish, −100 where it is bearish, \
              else 0",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 12 rows with \
            values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "Nison (1991), Japanese Candlestick Charting Techniques; TA-Lib CDLTRISTAR with its \
             default candle settings",
    example: "SELECT i, cdltristar(open, high, low, close) OVER (ORDER BY i) AS signal FROM \
              (SELECT i, 100 AS open, 115 AS high, 95 AS low, 110 AS close FROM unnest(range(0, \
              10)) AS r(i) UNION ALL VALUES (10, 110, 110, 110, 110), (11, 105, 110, 101, 106), \
              (12, 106, 108, 104, 106)) AS t ORDER BY i DESC LIMIT 1\n\
              ----\n\
              12 100",
};

/// The entry for the registry.
pub fn function() -> Function {
    signal(&CONTRACT, |_| Ok(Box::new(Candlesticks::new(CDLTRISTAR))))
}
