//! `cdlhikkakemod`: modified hikkake.

use trademl_math::candlesticks::Candlesticks;
use trademl_math::candlesticks::longer::CDLHIKKAKEMOD;

use super::arguments::{CLOSE, HIGH, LOW, OPEN};
use super::signal::signal;
use crate::function::{Contract, Function, Lookahead};

const CONTRACT: Contract = Contract {
    name: "cdlhikkakemod",
    family: "candlesticks",
    summary: "Two inside candles in a row, the first closing near the end that the break goes \
              through, and the break, which may be a trap: below is bullish, above bearish; \
              confirmed when one of the next three closes goes beyond the second inside candle \
              the other way.",
    arguments: &[OPEN, HIGH, LOW, CLOSE],
    returns: "100 bullish or −100 bearish at the break, 200 or −200 at the close that confirms \
              it, else 0",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 10 rows with \
            values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "Chesler (2003), Trading False Moves with the Hikkake Pattern; TA-Lib CDLHIKKAKEMOD \
             with its default candle settings",
    example: "SELECT i, cdlhikkakemod(open, high, low, close) OVER (ORDER BY i) AS signal FROM \
              (SELECT i, 100 AS open, 115 AS high, 95 AS low, 110 AS close FROM unnest(range(0, \
              10)) AS r(i) UNION ALL VALUES (10, 110, 127, 86, 103), (11, 109, 109, 94, 97), (12, \
              99, 99, 95, 98), (13, 92, 96, 89, 93), (14, 118, 122, 118, 122)) AS t ORDER BY i \
              DESC LIMIT 1\n\
              ----\n\
              14 200",
};

/// The entry for the registry.
pub fn function() -> Function {
    signal(&CONTRACT, |_| Ok(Box::new(Candlesticks::new(CDLHIKKAKEMOD))))
}
