//! `cdlbreakaway`: breakaway.

use trademl_math::candlesticks::Candlesticks;
use trademl_math::candlesticks::longer::CDLBREAKAWAY;

use super::arguments::{CLOSE, HIGH, LOW, OPEN};
use super::signal::signal;
use crate::function::{Contract, Function, Lookahead};

const CONTRACT: Contract = Contract {
    name: "cdlbreakaway",
    family: "candlesticks",
    summary: "A long candle, a gap in its direction, two more candles that go on, the second of \
              its color, and a candle of the other color that closes inside the gap.",
    arguments: &[OPEN, HIGH, LOW, CLOSE],
    returns: "100 where the pattern ends with the row and is bullish, −100 where it is bearish, \
              else 0",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 14 rows with \
            values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "TA-Lib CDLBREAKAWAY with its default candle settings",
    example: "SELECT i, cdlbreakaway(open, high, low, close) OVER (ORDER BY i) AS signal FROM \
              (SELECT i, 100 AS open, 115 AS high, 95 AS low, 110 AS close FROM unnest(range(0, \
              10)) AS r(i) UNION ALL VALUES (10, 110, 115, 88, 88), (11, 63, 63, 58, 58), (12, \
              52, 55, 38, 48), (13, 48, 48, 28, 47), (14, 47, 96, 47, 64)) AS t ORDER BY i DESC \
              LIMIT 1\n\
              ----\n\
              14 100",
};

/// The entry for the registry.
pub fn function() -> Function {
    signal(&CONTRACT, |_| Ok(Box::new(Candlesticks::new(CDLBREAKAWAY))))
}
