//! `cdldarkcloudcover`: dark cloud cover.

use trademl_math::candlesticks::Candlesticks;
use trademl_math::candlesticks::pairs::CDLDARKCLOUDCOVER;

use super::arguments::{CLOSE, HIGH, LOW, OPEN, penetration};
use super::signal::signal;
use crate::function::{Contract, Function, Lookahead};

const CONTRACT: Contract = Contract {
    name: "cdldarkcloudcover",
    family: "candlesticks",
    summary: "After a long white candle a black one that opens above its high and closes within \
              its body, more than penetration × its length below its close.",
    arguments: &[OPEN, HIGH, LOW, CLOSE, penetration("0.5")],
    returns: "−100 where the pattern ends with the row, else 0 [bearish]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 11 rows with \
            values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); penetration < 0",
    lookahead: Lookahead::Past,
    source: "Nison (1991), Japanese Candlestick Charting Techniques; TA-Lib CDLDARKCLOUDCOVER \
             with its default candle settings",
    example: "SELECT i, cdldarkcloudcover(open, high, low, close) OVER (ORDER BY i) AS signal \
              FROM (SELECT i, 100 AS open, 115 AS high, 95 AS low, 110 AS close FROM \
              unnest(range(0, 10)) AS r(i) UNION ALL VALUES (10, 110, 131, 110, 127), (11, 133, \
              135, 110, 112)) AS t ORDER BY i DESC LIMIT 1\n\
              ----\n\
              11 -100",
};

/// The entry for the registry.
pub fn function() -> Function {
    signal(&CONTRACT, |call| {
        let penetration = call.non_negative("penetration")?;
        Ok(Box::new(Candlesticks::penetrating(CDLDARKCLOUDCOVER, penetration)))
    })
}
