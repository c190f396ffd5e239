//! `cdlladderbottom`: ladder bottom.

use trademl_math::candlesticks::Candlesticks;
use trademl_math::candlesticks::longer::CDLLADDERBOTTOM;

use super::arguments::{CLOSE, HIGH, LOW, OPEN};
use super::signal::signal;
use crate::function::{Contract, Function, Lookahead};

const CONTRACT: Contract = Contract {
    name: "cdlladderbottom",
    family: "candlesticks",
    summary: "Three black candles with lower opens and closes, a black one with an upper shadow, \
              and a white one that opens above its body and closes above its high.",
    arguments: &[OPEN, HIGH, LOW, CLOSE],
    returns: "100 where the pattern ends with the row, else 0 [bullish]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 14 rows with \
            values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "TA-Lib CDLLADDERBOTTOM with its default candle settings",
    example: "SELECT i, cdlladderbottom(open, high, low, close) OVER (ORDER BY i) AS signal FROM \
              (SELECT i, 100 AS open, 115 AS high, 95 AS low, 110 AS close FROM unnest(range(0, \
              10)) AS r(i) UNION ALL VALUES (10, 110, 110, 89, 98), (11, 104, 109, 92, 97), (12, \
              72, 75, 62, 71), (13, 77, 81, 72, 76), (14, 82, 99, 78, 87)) AS t ORDER BY i DESC \
              LIMIT 1\n\
              ----\n\
              14 100",
};

/// The entry for the registry.
pub fn function() -> Function {
    signal(&CONTRACT, |_| Ok(Box::new(Candlesticks::new(CDLLADDERBOTTOM))))
}
