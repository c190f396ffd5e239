//! `cdleveningstar`: evening star.

use trademl_math::candlesticks::Candlesticks;
use trademl_math::candlesticks::triples::CDLEVENINGSTAR;

use super::arguments::{CLOSE, HIGH, LOW, OPEN, penetration};
use super::signal::signal;
use crate::function::{Contract, Function, Lookahead};

const CONTRACT: Contract = Contract {
    name: "cdleveningstar",
    family: "candlesticks",
    summary: "A long white candle, a short body that gaps up, and a black candle, not short, that \
              closes more than penetration × its length into the long body.",
    arguments: &[OPEN, HIGH, LOW, CLOSE, penetration("0.3")],
    returns: "−100 where the pattern ends with the row, else 0 [bearish]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 12 rows with \
            values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); penetration < 0",
    lookahead: Lookahead::Past,
    source: "Nison (1991), Japanese Candlestick Charting Techniques; TA-Lib CDLEVENINGSTAR with \
             its default candle settings",
    example: "SELECT i, cdleveningstar(open, high, low, close) OVER (ORDER BY i) AS signal FROM \
              (SELECT i, 100 AS open, 115 AS high, 95 AS low, 110 AS close FROM unnest(range(0, \
              10)) AS r(i) UNION ALL VALUES (10, 110, 130, 106, 126), (11, 132, 132, 127, 129), \
              (12, 132, 132, 98, 104)) AS t ORDER BY i DESC LIMIT 1\n\
              ----\n\
              12 -100",
};

/// The entry for the registry.
pub fn function() -> Function {
    signal(&CONTRACT, |call| {
        let penetration = call.non_negative("penetration")?;
        Ok(Box::new(Candlesticks::penetrating(CDLEVENINGSTAR, penetration)))
    })
}
