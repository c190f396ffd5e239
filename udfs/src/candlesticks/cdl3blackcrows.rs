//! `cdl3blackcrows`: three black crows.

use trademl_math::candlesticks::Candlesticks;
use trademl_math::candlesticks::longer::CDL3BLACKCROWS;

use super::arguments::{CLOSE, HIGH, LOW, OPEN};
use super::signal::signal;
use crate::function::{Contract, Function, Lookahead};

const CONTRACT: Contract = Contract {
    name: "cdl3blackcrows",
    family: "candlesticks",
    summary: "After a white candle three black ones in a row, each without a lower shadow, \
              opening within the body before it and closing lower, the first below the high of \
              the white candle.",
    arguments: &[OPEN, HIGH, LOW, CLOSE],
    returns: "−100 where the pattern ends with the row, else 0 [bearish]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 13 rows with \
            values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "Nison (1991), Japanese Candlestick Charting Techniques; TA-Lib CDL3BLACKCROWS with \
             its default candle settings",
    example: "SELECT i, cdl3blackcrows(open, high, low, close) OVER (ORDER BY i) AS signal FROM \
              (SELECT i, 100 AS open, 115 AS high, 95 AS low, 110 AS close FROM unnest(range(0, \
              10)) AS r(i) UNION ALL VALUES (10, 110, 138, 110, 133), (11, 126, 126, 111, 111), \
              (12, 115, 119, 110, 110), (13, 112, 117, 105, 105)) AS t ORDER BY i DESC LIMIT 1\n\
              ----\n\
              13 -100",
};

/// The entry for the registry.
pub fn function() -> Function {
    signal(&CONTRACT, |_| Ok(Box::new(Candlesticks::new(CDL3BLACKCROWS))))
}
