//! `adr`: average day range.

use trademl_math::indicators::adr::adr;

use super::arguments::{HIGH, LOW, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "adr",
    family: "indicators",
    summary: "Average day range: the mean of high − low over the last timeperiod rows.",
    arguments: &[HIGH, LOW, integer("timeperiod", "14", "rows", "rows averaged, ≥ 1")],
    returns: "range [price]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first timeperiod − 1 \
            rows with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod < 1 or > \
             100 000",
    lookahead: Lookahead::Past,
    source: "definition; TA-Lib ADR",
    example: "SELECT day, round(adr(high, low, 3) OVER (ORDER BY day), 4) AS adr FROM (VALUES (1, \
              11.0, 9.5), (2, 12.0, 10.0), (3, 12.5, 11.0), (4, 12.25, 10.5), (5, 11.5, 10.25)) \
              AS t(day, high, low) ORDER BY day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 1.6667\n\
              4 1.75\n\
              5 1.5",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(adr(rows(call, "timeperiod", 1)?))),
    }
    .function()
}
