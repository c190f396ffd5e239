//! `rocr`: ratio of change.

use trademl_math::indicators::roc::rocr;

use super::arguments::{REAL, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "rocr",
    family: "indicators",
    summary: "Ratio of change: x[t] / x[t−timeperiod].",
    arguments: &[REAL, integer("timeperiod", "10", "rows", "rows between the two values, ≥ 1")],
    returns: "ratio [1]; 0 where the earlier value is 0",
    nulls: "a NULL row gives NULL and counts as absent; the first timeperiod rows with values \
            give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod < 1 or \
             > 100 000",
    lookahead: Lookahead::Past,
    source: "definition; TA-Lib ROCR",
    example: "SELECT day, round(rocr(close, 2) OVER (ORDER BY day), 4) AS rocr FROM (VALUES \
              (1, 10.5), (2, 11.5), (3, 12.0), (4, 10.75)) AS t(day, close) ORDER BY day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 1.1429\n\
              4 0.9348",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(Box::new(rocr(rows(call, "timeperiod", 1)?)))),
    }
    .function()
}
