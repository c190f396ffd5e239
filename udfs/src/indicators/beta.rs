//! `beta`: slope of the regression of real1's simple returns on real0's over the last timeperiod
//! returns; 0 where real0's returns do not differ.

use trademl_math::indicators::beta::beta;

use super::arguments::{column, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "beta",
    family: "indicators",
    summary: "Slope of the regression of real1's simple returns on real0's over the last \
              timeperiod returns; 0 where real0's returns do not differ.",
    arguments: &[
        column("real0", "price", "prices of the index"),
        column("real1", "price", "prices of the series"),
        integer("timeperiod", "5", "rows", "returns in the window"),
    ],
    returns: "slope [1]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first timeperiod rows \
            with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod outside 1 \
             … 100 000",
    lookahead: Lookahead::Past,
    source: "definition; TA-Lib BETA",
    example: "SELECT i, round(s, 4) FROM (SELECT i, beta(x, y, timeperiod => 3) OVER (ORDER BY \
              i) AS s FROM (VALUES (1, 10.0, 20.0), (2, 11.0, 21.0), (3, 12.0, 24.0), (4, 11.0, \
              23.0), (5, 9.0, 17.0), (6, 10.0, 19.0)) AS t(i, x, y)) ORDER BY i\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 NULL\n\
              4 0.7511\n\
              5 1.4317\n\
              6 1.226",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(Box::new(beta(rows(call, "timeperiod", 1)?)))),
    }
    .function()
}
