//! `ta_var`: variance (divisor timeperiod) of the last timeperiod values.

use trademl_math::indicators::stddev::variance;

use super::arguments::{REAL, float, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "ta_var",
    family: "indicators",
    summary: "Variance (divisor timeperiod) of the last timeperiod values.",
    arguments: &[
        REAL,
        integer("timeperiod", "5", "rows", "rows in the window"),
        float("nbdev", "1", "standard deviations", "without effect, as in TA-Lib"),
    ],
    returns: "the unit of real squared",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first timeperiod − 1 \
            rows with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod outside 1 \
             … 100 000; nbdev NaN or infinite",
    lookahead: Lookahead::Past,
    source: "definition; TA-Lib VAR",
    example: "SELECT i, round(s, 4) FROM (SELECT i, ta_var(x, timeperiod => 3) OVER (ORDER BY i) \
              AS s FROM (VALUES (1, 11.0), (2, 12.0), (3, 11.0), (4, 9.0), (5, 10.0), (6, 14.0)) \
              AS t(i, x)) ORDER BY i\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 0.2222\n\
              4 1.5556\n\
              5 0.6667\n\
              6 4.6667",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            call.float("nbdev")?;
            Ok(variance(rows(call, "timeperiod", 1)?))
        }),
    }
    .function()
}
