//! `midprice`: middle of the highest high and the lowest low of the last timeperiod rows.

use trademl_math::indicators::midprice::midprice;

use super::arguments::{HIGH, LOW, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "midprice",
    family: "indicators",
    summary: "Middle of the highest high and the lowest low of the last timeperiod rows.",
    arguments: &[HIGH, LOW, integer("timeperiod", "14", "rows", "rows in the window")],
    returns: "price",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first timeperiod − 1 \
            rows with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod outside 2 \
             … 100 000",
    lookahead: Lookahead::Past,
    source: "definition; TA-Lib MIDPRICE",
    example: "SELECT i, round(s, 4) FROM (SELECT i, midprice(h, l, timeperiod => 3) OVER (ORDER \
              BY i) AS s FROM (VALUES (1, 12.0, 9.0), (2, 13.0, 10.0), (3, 14.0, 11.0), (4, \
              12.0, 8.0), (5, 11.0, 8.0), (6, 15.0, 10.0)) AS t(i, h, l)) ORDER BY i\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 11.5\n\
              4 11.0\n\
              5 11.0\n\
              6 11.5",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(midprice(rows(call, "timeperiod", 2)?))),
    }
    .function()
}
