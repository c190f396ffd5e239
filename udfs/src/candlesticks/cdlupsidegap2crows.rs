//! `cdlupsidegap2crows`: upside gap two crows.

use trademl_math::candlesticks::Candlesticks;
use trademl_math::candlesticks::triples::CDLUPSIDEGAP2CROWS;

use super::arguments::{CLOSE, HIGH, LOW, OPEN};
use super::signal::signal;
use crate::function::{Contract, Function, Lookahead};

const CONTRACT: Contract = Contract {
    name: "cdlupsidegap2crows",
    family: "candlesticks",
    summary: "A long white candle, a short black one whose body gaps up, and a black one that \
              engulfs it and still closes above the first.",
    arguments: &[OPEN, HIGH, LOW, CLOSE],
    returns: "−100 where the pattern ends with the row, else 0 [bearish]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 12 rows with \
            values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "Nison (1991), Japanese Candlestick Charting Techniques; TA-Lib CDLUPSIDEGAP2CROWS \
             with its default candle settings",
    example: "SELECT i, cdlupsidegap2crows(open, high, low, close) OVER (ORDER BY i) AS signal \
              FROM (SELECT i, 100 AS open, 115 AS high, 95 AS low, 110 AS close FROM \
              unnest(range(0, 10)) AS r(i) UNION ALL VALUES (10, 110, 148, 109, 121), (11, 138, \
              147, 131, 134), (12, 140, 140, 124, 131)) AS t ORDER BY i DESC LIMIT 1\n\
              ----\n\
              12 -100",
};

/// The entry for the registry.
pub fn function() -> Function {
    signal(&CONTRACT, |_| Ok(Box::new(Candlesticks::new(CDLUPSIDEGAP2CROWS))))
}
