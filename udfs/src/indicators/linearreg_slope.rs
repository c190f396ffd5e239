//! `linearreg_slope`: rise a row of the least squares line through the last timeperiod values.

use trademl_math::indicators::linear_regression::{Reading, linear_regression};

use super::arguments::{REAL, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "linearreg_slope",
    family: "indicators",
    summary: "Rise a row of the least squares line through the last timeperiod values.",
    arguments: &[REAL, integer("timeperiod", "14", "rows", "rows in the window")],
    returns: "the unit of real a row",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first timeperiod − 1 \
            rows with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod outside 2 \
             … 100 000",
    lookahead: Lookahead::Past,
    source: "definition; TA-Lib LINEARREG_SLOPE",
    example: "SELECT i, round(s, 4) FROM (SELECT i, linearreg_slope(x, timeperiod => 3) OVER \
              (ORDER BY i) AS s FROM (VALUES (1, 11.0), (2, 12.0), (3, 11.0), (4, 9.0), (5, \
              10.0), (6, 14.0)) AS t(i, x)) ORDER BY i\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 0.0\n\
              4 -1.5\n\
              5 -0.5\n\
              6 2.5",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            Ok(linear_regression(rows(call, "timeperiod", 2)?, Reading::Slope))
        }),
    }
    .function()
}
