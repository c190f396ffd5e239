//! `dema`: double exponential moving average.

use trademl_math::indicators::dema::Dema;

use super::arguments::{REAL, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "dema",
    family: "indicators",
    summary: "Double exponential moving average: 2·e − EMA(e) with e = EMA(real), each begun with \
              the mean of its first timeperiod values.",
    arguments: &[REAL, integer("timeperiod", "30", "rows", "span of the average")],
    returns: "the unit of real",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 2·(timeperiod − \
            1) rows with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod outside 1 \
             … 100 000",
    lookahead: Lookahead::Past,
    source: "Mulloy (1994), Smoothing Data with Faster Moving Averages, Stocks & Commodities \
             12(1); TA-Lib DEMA",
    example: "SELECT i, round(s, 4) FROM (SELECT i, dema(x, timeperiod => 2) OVER (ORDER BY i) \
              AS s FROM (VALUES (1, 11.0), (2, 12.0), (3, 11.0), (4, 9.0), (5, 10.0), (6, 14.0)) \
              AS t(i, x)) ORDER BY i\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 11.0\n\
              4 9.1852\n\
              5 9.7901\n\
              6 13.5062",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            Ok(Box::new(Dema::new(rows(call, "timeperiod", 1)?)))
        }),
    }
    .function()
}
