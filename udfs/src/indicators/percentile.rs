//! `percentile`: percentile of the last timeperiod values by nearest rank.

use trademl_math::indicators::percentile::percentile;

use super::arguments::{REAL, float, integer, rows, within};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "percentile",
    family: "indicators",
    summary: "Percentile of the last timeperiod values by nearest rank: the smallest one with at \
              least percentile % of the window at or below it.",
    arguments: &[
        REAL,
        integer("timeperiod", "30", "rows", "rows in the window"),
        float("percentile", "50", "%", "share of the window at or below the result, 0 … 100"),
    ],
    returns: "the unit of real",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first timeperiod − 1 \
            rows with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod outside 2 \
             … 100 000; percentile outside 0 … 100",
    lookahead: Lookahead::Past,
    source: "definition; TA-Lib PERCENTILE",
    example: "SELECT i, round(s, 4) FROM (SELECT i, percentile(x, timeperiod => 3) OVER (ORDER \
              BY i) AS s FROM (VALUES (1, 11.0), (2, 12.0), (3, 11.0), (4, 9.0), (5, 10.0), (6, \
              14.0)) AS t(i, x)) ORDER BY i\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 11.0\n\
              4 11.0\n\
              5 10.0\n\
              6 10.0",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            let share = within(call, "percentile", 0.0, 100.0)?;
            Ok(percentile(rows(call, "timeperiod", 2)?, share))
        }),
    }
    .function()
}
