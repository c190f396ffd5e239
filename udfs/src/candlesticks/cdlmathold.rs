//! `cdlmathold`: mat hold.

use trademl_math::candlesticks::Candlesticks;
use trademl_math::candlesticks::longer::CDLMATHOLD;

use super::arguments::{CLOSE, HIGH, LOW, OPEN, penetration};
use super::signal::signal;
use crate::function::{Contract, Function, Lookahead};

const CONTRACT: Contract = Contract {
    name: "cdlmathold",
    family: "candlesticks",
    summary: "A long white candle, a gap up to a short black one, two more short ones that slip \
              into the long body but by less than penetration × its length, and a white candle \
              that closes above them all.",
    arguments: &[OPEN, HIGH, LOW, CLOSE, penetration("0.5")],
    returns: "100 where the pattern ends with the row, else 0 [bullish]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 14 rows with \
            values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); penetration < 0",
    lookahead: Lookahead::Past,
    source: "TA-Lib CDLMATHOLD with its default candle settings",
    example: "SELECT i, cdlmathold(open, high, low, close) OVER (ORDER BY i) AS signal FROM \
              (SELECT i, 100 AS open, 115 AS high, 95 AS low, 110 AS close FROM unnest(range(0, \
              10)) AS r(i) UNION ALL VALUES (10, 110, 126, 109, 125), (11, 131, 132, 129, 130), \
              (12, 129, 130, 123, 124), (13, 126, 127, 120, 121), (14, 125, 135, 124, 134)) AS t \
              ORDER BY i DESC LIMIT 1\n\
              ----\n\
              14 100",
};

/// The entry for the registry.
pub fn function() -> Function {
    signal(&CONTRACT, |call| {
        let penetration = call.non_negative("penetration")?;
        Ok(Box::new(Candlesticks::penetrating(CDLMATHOLD, penetration)))
    })
}
