//! `cdl3linestrike`: three-line strike.

use trademl_math::candlesticks::Candlesticks;
use trademl_math::candlesticks::longer::CDL3LINESTRIKE;

use super::arguments::{CLOSE, HIGH, LOW, OPEN};
use super::signal::signal;
use crate::function::{Contract, Function, Lookahead};

const CONTRACT: Contract = Contract {
    name: "cdl3linestrike",
    family: "candlesticks",
    summary: "Three candles of one color closing ever further their way, each opening in or near \
              the body before it, and a fourth of the other color that opens beyond them and \
              closes beyond the first open; the sign is that of the three.",
    arguments: &[OPEN, HIGH, LOW, CLOSE],
    returns: "100 where the pattern ends with the row and is bullish, −100 where it is bearish, \
              else 0",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 8 rows with \
            values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "TA-Lib CDL3LINESTRIKE with its default candle settings",
    example: "SELECT i, cdl3linestrike(open, high, low, close) OVER (ORDER BY i) AS signal FROM \
              (SELECT i, 100 AS open, 115 AS high, 95 AS low, 110 AS close FROM unnest(range(0, \
              10)) AS r(i) UNION ALL VALUES (10, 110, 117, 110, 111), (11, 111, 126, 111, 126), \
              (12, 114, 139, 99, 134), (13, 136, 140, 93, 97)) AS t ORDER BY i DESC LIMIT 1\n\
              ----\n\
              13 100",
};

/// The entry for the registry.
pub fn function() -> Function {
    signal(&CONTRACT, |_| Ok(Box::new(Candlesticks::new(CDL3LINESTRIKE))))
}
