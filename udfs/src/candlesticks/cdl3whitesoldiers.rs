//! `cdl3whitesoldiers`: three advancing white soldiers.

use trademl_math::candlesticks::Candlesticks;
use trademl_math::candlesticks::triples::CDL3WHITESOLDIERS;

use super::arguments::{CLOSE, HIGH, LOW, OPEN};
use super::signal::signal;
use crate::function::{Contract, Function, Lookahead};

const CONTRACT: Contract = Contract {
    name: "cdl3whitesoldiers",
    family: "candlesticks",
    summary: "Three white candles without upper shadows, each opening in or near the body before \
              it and closing higher, none far shorter than the one before and the last not short.",
    arguments: &[OPEN, HIGH, LOW, CLOSE],
    returns: "100 where the pattern ends with the row, else 0 [bullish]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 12 rows with \
            values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "Nison (1991), Japanese Candlestick Charting Techniques; TA-Lib CDL3WHITESOLDIERS \
             with its default candle settings",
    example: "SELECT i, cdl3whitesoldiers(open, high, low, close) OVER (ORDER BY i) AS signal \
              FROM (SELECT i, 100 AS open, 115 AS high, 95 AS low, 110 AS close FROM \
              unnest(range(0, 10)) AS r(i) UNION ALL VALUES (10, 110, 118, 108, 118), (11, 112, \
              121, 105, 121), (12, 117, 127, 110, 127)) AS t ORDER BY i DESC LIMIT 1\n\
              ----\n\
              12 100",
};

/// The entry for the registry.
pub fn function() -> Function {
    signal(&CONTRACT, |_| Ok(Box::new(Candlesticks::new(CDL3WHITESOLDIERS))))
}
