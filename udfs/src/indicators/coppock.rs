//! `coppock`: Coppock curve.

use trademl_math::indicators::coppock::Coppock;

use super::arguments::{REAL, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "coppock",
    family: "indicators",
    summary: "Coppock curve: the linearly weighted mean over wmaperiod rows of the sum of two \
              rates of change (`roc`).",
    arguments: &[
        REAL,
        integer("wmaperiod", "10", "rows", "rows of the weighted mean, ≥ 1"),
        integer("roc1period", "11", "rows", "rows of one rate of change, ≥ 1"),
        integer("roc2period", "14", "rows", "rows of the other, ≥ 1"),
    ],
    returns: "sum of two rates [percent]",
    nulls: "a NULL row gives NULL and counts as absent; the first max(roc1period, roc2period) + \
            wmaperiod − 1 rows with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); wmaperiod, \
             roc1period or roc2period < 1 or > 100 000",
    lookahead: Lookahead::Past,
    source: "Coppock (1962), Barron's; TA-Lib COPPOCK",
    example: "SELECT day, round(coppock(close, 2, 2, 3) OVER (ORDER BY day), 4) AS coppock FROM \
              (VALUES (1, 10.5), (2, 11.5), (3, 12.0), (4, 10.75), (5, 11.25), (6, 12.75)) AS \
              t(day, close) ORDER BY day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 NULL\n\
              4 NULL\n\
              5 -6.9962\n\
              6 13.7618",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            Ok(Box::new(Coppock::new(
                rows(call, "wmaperiod", 1)?,
                rows(call, "roc1period", 1)?,
                rows(call, "roc2period", 1)?,
            )))
        }),
    }
    .function()
}
