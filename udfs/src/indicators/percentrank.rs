//! `percentrank`: percent rank.

use trademl_math::indicators::percentrank::PercentRank;

use super::arguments::{REAL, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "percentrank",
    family: "indicators",
    summary: "Percent rank: the share of the timeperiod values before the row that are smaller \
              than it.",
    arguments: &[REAL, integer("timeperiod", "100", "rows", "rows in the window")],
    returns: "share [%]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first timeperiod rows \
            with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod outside 2 \
             … 100 000",
    lookahead: Lookahead::Past,
    source: "definition; TA-Lib PERCENTRANK",
    example: "SELECT i, round(s, 4) FROM (SELECT i, percentrank(x, timeperiod => 3) OVER (ORDER \
              BY i) AS s FROM (VALUES (1, 11.0), (2, 12.0), (3, 11.0), (4, 9.0), (5, 10.0), (6, \
              14.0)) AS t(i, x)) ORDER BY i\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 NULL\n\
              4 0.0\n\
              5 33.3333\n\
              6 100.0",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            Ok(Box::new(PercentRank::new(rows(call, "timeperiod", 2)?)))
        }),
    }
    .function()
}
