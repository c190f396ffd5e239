//! `ma`: moving average of any of TA-Lib’s types; with timeperiod 1 the series itself.

use super::arguments::{REAL, integer, rows};
use super::average::{average, average_type};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "ma",
    family: "indicators",
    summary: "Moving average of any of TA-Lib’s types; with timeperiod 1 the series itself.",
    arguments: &[
        REAL,
        integer("timeperiod", "30", "rows", "span of the average"),
        average_type("matype", "0"),
    ],
    returns: "the unit of real",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first rows with values \
            give NULL, as many as with the function of the type",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod outside 1 \
             … 100 000; a matype that is none",
    lookahead: Lookahead::Past,
    source: "TA-Lib MA",
    example: "SELECT i, round(s, 4) FROM (SELECT i, ma(x, timeperiod => 3, matype => 2) OVER \
              (ORDER BY i) AS s FROM (VALUES (1, 11.0), (2, 12.0), (3, 11.0), (4, 9.0), (5, \
              10.0), (6, 14.0)) AS t(i, x)) ORDER BY i\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 11.3333\n\
              4 10.1667\n\
              5 9.8333\n\
              6 11.8333",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            average(call, "matype", rows(call, "timeperiod", 1)?)
        }),
    }
    .function()
}
