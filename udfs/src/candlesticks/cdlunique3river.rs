//! `cdlunique3river`: unique three river.

use trademl_math::candlesticks::Candlesticks;
use trademl_math::candlesticks::triples::CDLUNIQUE3RIVER;

use super::arguments::{CLOSE, HIGH, LOW, OPEN};
use super::signal::signal;
use crate::function::{Contract, Function, Lookahead};

const CONTRACT: Contract = Contract {
    name: "cdlunique3river",
    family: "candlesticks",
    summary: "A long black candle, a black one that closes higher with a lower low, and a short \
              white one that opens above that low.",
    arguments: &[OPEN, HIGH, LOW, CLOSE],
    returns: "100 where the pattern ends with the row, else 0 [bullish]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 12 rows with \
            values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "TA-Lib CDLUNIQUE3RIVER with its default candle settings",
    example: "SELECT i, cdlunique3river(open, high, low, close) OVER (ORDER BY i) AS signal FROM \
              (SELECT i, 100 AS open, 115 AS high, 95 AS low, 110 AS close FROM unnest(range(0, \
              10)) AS r(i) UNION ALL VALUES (10, 110, 113, 91, 94), (11, 99, 103, 84, 98), (12, \
              104, 105, 89, 105)) AS t ORDER BY i DESC LIMIT 1\n\
              ----\n\
              12 100",
};

/// The entry for the registry.
pub fn function() -> Function {
    signal(&CONTRACT, |_| Ok(Box::new(Candlesticks::new(CDLUNIQUE3RIVER))))
}
