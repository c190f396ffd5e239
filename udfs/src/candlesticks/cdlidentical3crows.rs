//! `cdlidentical3crows`: identical three crows.

use trademl_math::candlesticks::Candlesticks;
use trademl_math::candlesticks::triples::CDLIDENTICAL3CROWS;

use super::arguments::{CLOSE, HIGH, LOW, OPEN};
use super::signal::signal;
use crate::function::{Contract, Function, Lookahead};

const CONTRACT: Contract = Contract {
    name: "cdlidentical3crows",
    family: "candlesticks",
    summary: "Three black candles without lower shadows, each closing lower and opening at the \
              close of the one before.",
    arguments: &[OPEN, HIGH, LOW, CLOSE],
    returns: "−100 where the pattern ends with the row, else 0 [bearish]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 12 rows with \
            values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "TA-Lib CDLIDENTICAL3CROWS with its default candle settings",
    example: "SELECT i, cdlidentical3crows(open, high, low, close) OVER (ORDER BY i) AS signal \
              FROM (SELECT i, 100 AS open, 115 AS high, 95 AS low, 110 AS close FROM \
              unnest(range(0, 10)) AS r(i) UNION ALL VALUES (10, 110, 112, 100, 100), (11, 100, \
              107, 98, 98), (12, 98, 112, 97, 97)) AS t ORDER BY i DESC LIMIT 1\n\
              ----\n\
              12 -100",
};

/// The entry for the registry.
pub fn function() -> Function {
    signal(&CONTRACT, |_| Ok(Box::new(Candlesticks::new(CDLIDENTICAL3CROWS))))
}
