//! `cdlsticksandwich`: stick sandwich.

use trademl_math::candlesticks::Candlesticks;
use trademl_math::candlesticks::triples::CDLSTICKSANDWICH;

use super::arguments::{CLOSE, HIGH, LOW, OPEN};
use super::signal::signal;
use crate::function::{Contract, Function, Lookahead};

const CONTRACT: Contract = Contract {
    name: "cdlsticksandwich",
    family: "candlesticks",
    summary: "A white candle that trades above the close before it, between two black ones that \
              close at the same price.",
    arguments: &[OPEN, HIGH, LOW, CLOSE],
    returns: "100 where the pattern ends with the row, else 0 [bullish]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 7 rows with \
            values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "TA-Lib CDLSTICKSANDWICH with its default candle settings",
    example: "SELECT i, cdlsticksandwich(open, high, low, close) OVER (ORDER BY i) AS signal FROM \
              (SELECT i, 100 AS open, 115 AS high, 95 AS low, 110 AS close FROM unnest(range(0, \
              10)) AS r(i) UNION ALL VALUES (10, 110, 113, 94, 105), (11, 106, 115, 106, 109), \
              (12, 106, 109, 105, 105)) AS t ORDER BY i DESC LIMIT 1\n\
              ----\n\
              12 100",
};

/// The entry for the registry.
pub fn function() -> Function {
    signal(&CONTRACT, |_| Ok(Box::new(Candlesticks::new(CDLSTICKSANDWICH))))
}
