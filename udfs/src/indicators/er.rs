//! `er`: efficiency ratio.

use trademl_math::indicators::er::er;

use super::arguments::{REAL, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "er",
    family: "indicators",
    summary: "Kaufman's efficiency ratio: |x[t] − x[t−timeperiod]| / the sum of |changes| \
              between them.",
    arguments: &[REAL, integer("timeperiod", "10", "rows", "rows looked back, ≥ 2")],
    returns: "share 0 … 1 [1]; 1 where nothing moved",
    nulls: "a NULL row gives NULL and counts as absent; the first timeperiod rows with values \
            give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod < 2 or \
             > 100 000",
    lookahead: Lookahead::Past,
    source: "Kaufman (1995), Smarter Trading; TA-Lib ER",
    example: "SELECT day, round(er(close, 3) OVER (ORDER BY day), 4) AS er FROM (VALUES \
              (1, 10.5), (2, 11.5), (3, 12.0), (4, 10.75), (5, 11.25)) AS t(day, close) ORDER BY \
              day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 NULL\n\
              4 0.0909\n\
              5 0.1111",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(Box::new(er(rows(call, "timeperiod", 2)?)))),
    }
    .function()
}
