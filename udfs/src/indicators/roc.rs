//! `roc`: rate of change in percent.

use trademl_math::indicators::roc::roc;

use super::arguments::{REAL, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "roc",
    family: "indicators",
    summary: "Rate of change in percent: (x[t] / x[t−timeperiod] − 1) · 100.",
    arguments: &[REAL, integer("timeperiod", "10", "rows", "rows between the two values, ≥ 1")],
    returns: "simple return [percent]; 0 where the earlier value is 0",
    nulls: "a NULL row gives NULL and counts as absent; the first timeperiod rows with values \
            give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod < 1 or \
             > 100 000",
    lookahead: Lookahead::Past,
    source: "definition; TA-Lib ROC",
    example: "SELECT day, round(roc(close, 2) OVER (ORDER BY day), 4) AS roc FROM (VALUES \
              (1, 10.5), (2, 11.5), (3, 12.0), (4, 10.75)) AS t(day, close) ORDER BY day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 14.2857\n\
              4 -6.5217",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(Box::new(roc(rows(call, "timeperiod", 1)?)))),
    }
    .function()
}
