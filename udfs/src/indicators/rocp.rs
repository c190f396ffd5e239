//! `rocp`: rate of change.

use trademl_math::indicators::roc::rocp;

use super::arguments::{REAL, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "rocp",
    family: "indicators",
    summary: "Rate of change: (x[t] − x[t−timeperiod]) / x[t−timeperiod].",
    arguments: &[REAL, integer("timeperiod", "10", "rows", "rows between the two values, ≥ 1")],
    returns: "simple return [1]; 0 where the earlier value is 0",
    nulls: "a NULL row gives NULL and counts as absent; the first timeperiod rows with values \
            give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod < 1 or \
             > 100 000",
    lookahead: Lookahead::Past,
    source: "definition; TA-Lib ROCP",
    example: "SELECT day, round(rocp(close, 2) OVER (ORDER BY day), 4) AS rocp FROM (VALUES \
              (1, 10.5), (2, 11.5), (3, 12.0), (4, 10.75)) AS t(day, close) ORDER BY day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 0.1429\n\
              4 -0.0652",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(Box::new(rocp(rows(call, "timeperiod", 1)?)))),
    }
    .function()
}
