//! `cdlstalledpattern`: stalled pattern.

use trademl_math::candlesticks::Candlesticks;
use trademl_math::candlesticks::triples::CDLSTALLEDPATTERN;

use super::arguments::{CLOSE, HIGH, LOW, OPEN};
use super::signal::signal;
use crate::function::{Contract, Function, Lookahead};

const CONTRACT: Contract = Contract {
    name: "cdlstalledpattern",
    family: "candlesticks",
    summary: "Two long white candles, the second without an upper shadow, then a short white one \
              that opens at about the second's close: a rise that stalls.",
    arguments: &[OPEN, HIGH, LOW, CLOSE],
    returns: "−100 where the pattern ends with the row, else 0 [bearish]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 12 rows with \
            values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "Nison (1991), Japanese Candlestick Charting Techniques; TA-Lib CDLSTALLEDPATTERN \
             with its default candle settings",
    example: "SELECT i, cdlstalledpattern(open, high, low, close) OVER (ORDER BY i) AS signal \
              FROM (SELECT i, 100 AS open, 115 AS high, 95 AS low, 110 AS close FROM \
              unnest(range(0, 10)) AS r(i) UNION ALL VALUES (10, 110, 145, 110, 122), (11, 122, \
              135, 122, 133), (12, 133, 146, 127, 140)) AS t ORDER BY i DESC LIMIT 1\n\
              ----\n\
              12 -100",
};

/// The entry for the registry.
pub fn function() -> Function {
    signal(&CONTRACT, |_| Ok(Box::new(Candlesticks::new(CDLSTALLEDPATTERN))))
}
