//! `cdlhomingpigeon`: homing pigeon.

use trademl_math::candlesticks::Candlesticks;
use trademl_math::candlesticks::pairs::CDLHOMINGPIGEON;

use super::arguments::{CLOSE, HIGH, LOW, OPEN};
use super::signal::signal;
use crate::function::{Contract, Function, Lookahead};

const CONTRACT: Contract = Contract {
    name: "cdlhomingpigeon",
    family: "candlesticks",
    summary: "A short black body inside the long black body before it.",
    arguments: &[OPEN, HIGH, LOW, CLOSE],
    returns: "100 where the pattern ends with the row, else 0 [bullish]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 11 rows with \
            values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "TA-Lib CDLHOMINGPIGEON with its default candle settings",
    example: "SELECT i, cdlhomingpigeon(open, high, low, close) OVER (ORDER BY i) AS signal FROM \
              (SELECT i, 100 AS open, 115 AS high, 95 AS low, 110 AS close FROM unnest(range(0, \
              10)) AS r(i) UNION ALL VALUES (10, 110, 113, 85, 96), (11, 102, 107, 96, 101)) AS t \
              ORDER BY i DESC LIMIT 1\n\
              ----\n\
              11 100",
};

/// The entry for the registry.
pub fn function() -> Function {
    signal(&CONTRACT, |_| Ok(Box::new(Candlesticks::new(CDLHOMINGPIGEON))))
}
