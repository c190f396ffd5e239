//! `t3`: Tillson's T3.

use trademl_math::indicators::t3::T3;

use super::arguments::{REAL, float, integer, rows, within};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "t3",
    family: "indicators",
    summary: "Tillson's T3: three passes of (1 + vfactor)·EMA − vfactor·EMA(EMA).",
    arguments: &[
        REAL,
        integer("timeperiod", "5", "rows", "span of each average"),
        float("vfactor", "0.7", "1", "volume factor, 0 … 1"),
    ],
    returns: "the unit of real",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 6·(timeperiod − \
            1) rows with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod outside 1 \
             … 100 000; vfactor outside 0 … 1",
    lookahead: Lookahead::Past,
    source: "Tillson (1998), Smoothing Techniques for More Accurate Signals, Stocks & Commodities \
             16(1); TA-Lib T3",
    example: "SELECT i, round(s, 4) FROM (SELECT i, t3(x, timeperiod => 2, vfactor => 0.5) OVER \
              (ORDER BY i) AS s FROM (VALUES (1, 11.0), (2, 12.0), (3, 11.0), (4, 9.0), (5, \
              10.0), (6, 14.0), (7, 15.0), (8, 13.0)) AS t(i, x)) ORDER BY i\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 NULL\n\
              4 NULL\n\
              5 NULL\n\
              6 NULL\n\
              7 13.6087\n\
              8 13.65",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            Ok(Box::new(T3::new(rows(call, "timeperiod", 1)?, within(call, "vfactor", 0.0, 1.0)?)))
        }),
    }
    .function()
}
