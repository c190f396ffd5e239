//! `midpoint`: middle of the largest and the smallest of the last timeperiod values.

use trademl_math::indicators::midprice::midpoint;

use super::arguments::{REAL, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "midpoint",
    family: "indicators",
    summary: "Middle of the largest and the smallest of the last timeperiod values.",
    arguments: &[REAL, integer("timeperiod", "14", "rows", "rows in the window")],
    returns: "the unit of real",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first timeperiod − 1 \
            rows with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod outside 2 \
             … 100 000",
    lookahead: Lookahead::Past,
    source: "definition; TA-Lib MIDPOINT",
    example: "SELECT i, round(s, 4) FROM (SELECT i, midpoint(x, timeperiod => 3) OVER (ORDER BY \
              i) AS s FROM (VALUES (1, 11.0), (2, 12.0), (3, 11.0), (4, 9.0), (5, 10.0), (6, \
              14.0)) AS t(i, x)) ORDER BY i\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 11.5\n\
              4 10.5\n\
              5 10.0\n\
              6 11.5",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(midpoint(rows(call, "timeperiod", 2)?))),
    }
    .function()
}
