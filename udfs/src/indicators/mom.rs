//! `mom`: momentum.

use trademl_math::indicators::roc::mom;

use super::arguments::{REAL, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "mom",
    family: "indicators",
    summary: "Momentum: x[t] − x[t−timeperiod].",
    arguments: &[REAL, integer("timeperiod", "10", "rows", "rows between the two values, ≥ 1")],
    returns: "difference [unit of real]",
    nulls: "a NULL row gives NULL and counts as absent; the first timeperiod rows with values \
            give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod < 1 or \
             > 100 000",
    lookahead: Lookahead::Past,
    source: "definition; TA-Lib MOM",
    example: "SELECT day, round(mom(close, 2) OVER (ORDER BY day), 4) AS mom FROM (VALUES \
              (1, 10.5), (2, 11.5), (3, 12.0), (4, 10.75)) AS t(day, close) ORDER BY day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 1.5\n\
              4 -0.75",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(Box::new(mom(rows(call, "timeperiod", 1)?)))),
    }
    .function()
}
