//! `cdlconcealbabyswall`: concealing baby swallow.

use trademl_math::candlesticks::Candlesticks;
use trademl_math::candlesticks::longer::CDLCONCEALBABYSWALL;

use super::arguments::{CLOSE, HIGH, LOW, OPEN};
use super::signal::signal;
use crate::function::{Contract, Function, Lookahead};

const CONTRACT: Contract = Contract {
    name: "cdlconcealbabyswall",
    family: "candlesticks",
    summary: "Two black candles without shadows, a black one whose body gaps down but whose upper \
              shadow reaches into the body before it, and a black one that engulfs it, shadows \
              included.",
    arguments: &[OPEN, HIGH, LOW, CLOSE],
    returns: "100 where the pattern ends with the row, else 0 [bullish]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 13 rows with \
            values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "TA-Lib CDLCONCEALBABYSWALL with its default candle settings",
    example: "SELECT i, cdlconcealbabyswall(open, high, low, close) OVER (ORDER BY i) AS signal \
              FROM (SELECT i, 100 AS open, 115 AS high, 95 AS low, 110 AS close FROM \
              unnest(range(0, 10)) AS r(i) UNION ALL VALUES (10, 110, 110, 88, 88), (11, 113, \
              113, 105, 105), (12, 104, 108, 84, 98), (13, 104, 115, 79, 90)) AS t ORDER BY i \
              DESC LIMIT 1\n\
              ----\n\
              13 100",
};

/// The entry for the registry.
pub fn function() -> Function {
    signal(&CONTRACT, |_| Ok(Box::new(Candlesticks::new(CDLCONCEALBABYSWALL))))
}
