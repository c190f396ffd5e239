//! `cdlengulfing`: engulfing pattern.

use trademl_math::candlesticks::Candlesticks;
use trademl_math::candlesticks::pairs::CDLENGULFING;

use super::arguments::{CLOSE, HIGH, LOW, OPEN};
use super::signal::signal;
use crate::function::{Contract, Function, Lookahead};

const CONTRACT: Contract = Contract {
    name: "cdlengulfing",
    family: "candlesticks",
    summary: "A body that covers the body before it, of the other color; one end may be shared, \
              which lowers the signal to 80.",
    arguments: &[OPEN, HIGH, LOW, CLOSE],
    returns: "100 bullish or −100 bearish where the pattern ends with the row, 80 or −80 where \
              the bodies share an end, else 0",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 2 rows with \
            values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "Nison (1991), Japanese Candlestick Charting Techniques; TA-Lib CDLENGULFING with its \
             default candle settings",
    example: "SELECT i, cdlengulfing(open, high, low, close) OVER (ORDER BY i) AS signal FROM \
              (SELECT i, 100 AS open, 115 AS high, 95 AS low, 110 AS close FROM unnest(range(0, \
              10)) AS r(i) UNION ALL VALUES (10, 110, 112, 106, 108), (11, 101, 118, 98, 115)) AS \
              t ORDER BY i DESC LIMIT 1\n\
              ----\n\
              11 100",
};

/// The entry for the registry.
pub fn function() -> Function {
    signal(&CONTRACT, |_| Ok(Box::new(Candlesticks::new(CDLENGULFING))))
}
