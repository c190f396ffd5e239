//! `hma`: Hull moving average.

use trademl_math::indicators::hma::Hma;

use super::arguments::{REAL, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "hma",
    family: "indicators",
    summary: "Hull moving average: WMA(2·WMA(real, timeperiod / 2) − WMA(real, timeperiod), \
              √timeperiod), spans cut to whole rows.",
    arguments: &[REAL, integer("timeperiod", "20", "rows", "span of the average")],
    returns: "the unit of real",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first timeperiod + \
            ⌊√timeperiod⌋ − 2 rows with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod outside 1 \
             … 100 000",
    lookahead: Lookahead::Past,
    source: "Hull (2005), How to Reduce Lag in a Moving Average; TA-Lib HMA",
    example: "SELECT i, round(s, 4) FROM (SELECT i, hma(x, timeperiod => 4) OVER (ORDER BY i) AS \
              s FROM (VALUES (1, 11.0), (2, 12.0), (3, 11.0), (4, 9.0), (5, 10.0), (6, 14.0)) AS \
              t(i, x)) ORDER BY i\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 NULL\n\
              4 NULL\n\
              5 9.1333\n\
              6 12.3",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(Box::new(Hma::new(rows(call, "timeperiod", 1)?)))),
    }
    .function()
}
