//! `cdl2crows`: two crows.

use trademl_math::candlesticks::Candlesticks;
use trademl_math::candlesticks::triples::CDL2CROWS;

use super::arguments::{CLOSE, HIGH, LOW, OPEN};
use super::signal::signal;
use crate::function::{Contract, Function, Lookahead};

const CONTRACT: Contract = Contract {
    name: "cdl2crows",
    family: "candlesticks",
    summary: "A long white candle, then a black one whose body gaps up, then a black one that \
              opens within that body and closes within the first: a rise that fails.",
    arguments: &[OPEN, HIGH, LOW, CLOSE],
    returns: "−100 where the pattern ends with the row, else 0 [bearish]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 12 rows with \
            values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "TA-Lib CDL2CROWS with its default candle settings",
    example: "SELECT i, cdl2crows(open, high, low, close) OVER (ORDER BY i) AS signal FROM \
              (SELECT i, 100 AS open, 115 AS high, 95 AS low, 110 AS close FROM unnest(range(0, \
              10)) AS r(i) UNION ALL VALUES (10, 110, 123, 107, 123), (11, 129, 139, 100, 125), \
              (12, 128, 133, 116, 121)) AS t ORDER BY i DESC LIMIT 1\n\
              ----\n\
              12 -100",
};

/// The entry for the registry.
pub fn function() -> Function {
    signal(&CONTRACT, |_| Ok(Box::new(Candlesticks::new(CDL2CROWS))))
}
