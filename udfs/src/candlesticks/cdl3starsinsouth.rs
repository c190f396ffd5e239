//! `cdl3starsinsouth`: three stars in the south.

use trademl_math::candlesticks::Candlesticks;
use trademl_math::candlesticks::triples::CDL3STARSINSOUTH;

use super::arguments::{CLOSE, HIGH, LOW, OPEN};
use super::signal::signal;
use crate::function::{Contract, Function, Lookahead};

const CONTRACT: Contract = Contract {
    name: "cdl3starsinsouth",
    family: "candlesticks",
    summary: "Three black candles in which a fall dies out: a long one with a long lower shadow, \
              a smaller one with a higher low, and a short one without shadows within the range \
              of the second.",
    arguments: &[OPEN, HIGH, LOW, CLOSE],
    returns: "100 where the pattern ends with the row, else 0 [bullish]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 12 rows with \
            values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "TA-Lib CDL3STARSINSOUTH with its default candle settings",
    example: "SELECT i, cdl3starsinsouth(open, high, low, close) OVER (ORDER BY i) AS signal FROM \
              (SELECT i, 100 AS open, 115 AS high, 95 AS low, 110 AS close FROM unnest(range(0, \
              10)) AS r(i) UNION ALL VALUES (10, 110, 113, 78, 99), (11, 103, 123, 89, 95), (12, \
              101, 101, 98, 98)) AS t ORDER BY i DESC LIMIT 1\n\
              ----\n\
              12 100",
};

/// The entry for the registry.
pub fn function() -> Function {
    signal(&CONTRACT, |_| Ok(Box::new(Candlesticks::new(CDL3STARSINSOUTH))))
}
