//! `cdltasukigap`: tasuki gap.

use trademl_math::candlesticks::Candlesticks;
use trademl_math::candlesticks::triples::CDLTASUKIGAP;

use super::arguments::{CLOSE, HIGH, LOW, OPEN};
use super::signal::signal;
use crate::function::{Contract, Function, Lookahead};

const CONTRACT: Contract = Contract {
    name: "cdltasukigap",
    family: "candlesticks",
    summary: "A gap, a candle in its direction, and one of the other color and about the same \
              size that opens within that candle's body and closes inside the gap; the sign is \
              that of the gap.",
    arguments: &[OPEN, HIGH, LOW, CLOSE],
    returns: "100 where the pattern ends with the row and is bullish, −100 where it is bearish, \
              else 0",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 7 rows with \
            values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "Nison (1991), Japanese Candlestick Charting Techniques; TA-Lib CDLTASUKIGAP with its \
             default candle settings",
    example: "SELECT i, cdltasukigap(open, high, low, close) OVER (ORDER BY i) AS signal FROM \
              (SELECT i, 100 AS open, 115 AS high, 95 AS low, 110 AS close FROM unnest(range(0, \
              10)) AS r(i) UNION ALL VALUES (10, 110, 130, 106, 116), (11, 122, 140, 118, 127), \
              (12, 125, 130, 113, 118)) AS t ORDER BY i DESC LIMIT 1\n\
              ----\n\
              12 100",
};

/// The entry for the registry.
pub fn function() -> Function {
    signal(&CONTRACT, |_| Ok(Box::new(Candlesticks::new(CDLTASUKIGAP))))
}
