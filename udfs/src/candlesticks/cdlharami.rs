//! `cdlharami`: harami.

use trademl_math::candlesticks::Candlesticks;
use trademl_math::candlesticks::pairs::CDLHARAMI;

use super::arguments::{CLOSE, HIGH, LOW, OPEN};
use super::signal::signal;
use crate::function::{Contract, Function, Lookahead};

const CONTRACT: Contract = Contract {
    name: "cdlharami",
    family: "candlesticks",
    summary: "A short body inside the long body before it; one end may be shared, which lowers \
              the signal to 80; the sign is against the color of the long one.",
    arguments: &[OPEN, HIGH, LOW, CLOSE],
    returns: "100 bullish or −100 bearish where the pattern ends with the row, 80 or −80 where \
              the bodies share an end, else 0",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 11 rows with \
            values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "Nison (1991), Japanese Candlestick Charting Techniques; TA-Lib CDLHARAMI with its \
             default candle settings",
    example: "SELECT i, cdlharami(open, high, low, close) OVER (ORDER BY i) AS signal FROM \
              (SELECT i, 100 AS open, 115 AS high, 95 AS low, 110 AS close FROM unnest(range(0, \
              10)) AS r(i) UNION ALL VALUES (10, 110, 112, 95, 95), (11, 105, 112, 96, 109)) AS t \
              ORDER BY i DESC LIMIT 1\n\
              ----\n\
              11 100",
};

/// The entry for the registry.
pub fn function() -> Function {
    signal(&CONTRACT, |_| Ok(Box::new(Candlesticks::new(CDLHARAMI))))
}
