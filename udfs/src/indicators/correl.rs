//! `correl`: Pearson's correlation of the last timeperiod pairs; 0 where one of the two does not
//! move.

use trademl_math::indicators::correl::correl;

use super::arguments::{column, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "correl",
    family: "indicators",
    summary: "Pearson's correlation of the last timeperiod pairs; 0 where one of the two does not \
              move.",
    arguments: &[
        column("real0", "any", "one series"),
        column("real1", "any", "the other series"),
        integer("timeperiod", "30", "rows", "rows in the window"),
    ],
    returns: "correlation [1]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first timeperiod − 1 \
            rows with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod outside 1 \
             … 100 000",
    lookahead: Lookahead::Past,
    source: "definition; TA-Lib CORREL",
    example: "SELECT i, round(s, 4) FROM (SELECT i, correl(x, y, timeperiod => 3) OVER (ORDER BY \
              i) AS s FROM (VALUES (1, 10.0, 20.0), (2, 11.0, 21.0), (3, 12.0, 24.0), (4, 11.0, \
              23.0), (5, 9.0, 17.0), (6, 10.0, 19.0)) AS t(i, x, y)) ORDER BY i\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 0.9608\n\
              4 0.7559\n\
              5 0.9799\n\
              6 0.982",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(correl(rows(call, "timeperiod", 1)?))),
    }
    .function()
}
