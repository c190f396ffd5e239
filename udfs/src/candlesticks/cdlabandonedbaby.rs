//! `cdlabandonedbaby`: abandoned baby.

use trademl_math::candlesticks::Candlesticks;
use trademl_math::candlesticks::triples::CDLABANDONEDBABY;

use super::arguments::{CLOSE, HIGH, LOW, OPEN, penetration};
use super::signal::signal;
use crate::function::{Contract, Function, Lookahead};

const CONTRACT: Contract = Contract {
    name: "cdlabandonedbaby",
    family: "candlesticks",
    summary: "A doji left alone by gaps on both sides, shadows included, after a long candle and \
              before one of the other color, not short, that closes more than penetration × its \
              length into the long body.",
    arguments: &[OPEN, HIGH, LOW, CLOSE, penetration("0.3")],
    returns: "100 where the pattern ends with the row and is bullish, −100 where it is bearish, \
              else 0",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 12 rows with \
            values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); penetration < 0",
    lookahead: Lookahead::Past,
    source: "Nison (1991), Japanese Candlestick Charting Techniques; TA-Lib CDLABANDONEDBABY with \
             its default candle settings",
    example: "SELECT i, cdlabandonedbaby(open, high, low, close) OVER (ORDER BY i) AS signal FROM \
              (SELECT i, 100 AS open, 115 AS high, 95 AS low, 110 AS close FROM unnest(range(0, \
              10)) AS r(i) UNION ALL VALUES (10, 110, 111, 97, 97), (11, 72, 72, 68, 72), (12, \
              97, 112, 88, 109)) AS t ORDER BY i DESC LIMIT 1\n\
              ----\n\
              12 100",
};

/// The entry for the registry.
pub fn function() -> Function {
    signal(&CONTRACT, |call| {
        let penetration = call.non_negative("penetration")?;
        Ok(Box::new(Candlesticks::penetrating(CDLABANDONEDBABY, penetration)))
    })
}
