//! `willr`: Williams' %R.

use trademl_math::indicators::willr::willr;

use super::arguments::{CLOSE, HIGH, LOW, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "willr",
    family: "indicators",
    summary: "Williams' %R: −100 · (highest high − close) / (highest high − lowest low) over the \
              last timeperiod rows.",
    arguments: &[HIGH, LOW, CLOSE, integer("timeperiod", "14", "rows", "rows of the range, ≥ 2")],
    returns: "index −100 … 0 [1]; 0 without range",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first timeperiod − 1 \
            rows with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod < 2 or \
             > 100 000",
    lookahead: Lookahead::Past,
    source: "Williams (1973), How I Made One Million Dollars Last Year Trading Commodities; \
             TA-Lib WILLR",
    example: "SELECT day, round(willr(high, low, close, 3) OVER (ORDER BY day), 4) AS willr FROM \
              (VALUES (1, 11.0, 9.5, 10.5), (2, 12.0, 10.0, 11.5), (3, 12.5, 11.0, 12.0), \
              (4, 12.25, 10.5, 10.75)) AS t(day, high, low, close) ORDER BY day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 -16.6667\n\
              4 -70.0",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(willr(rows(call, "timeperiod", 2)?))),
    }
    .function()
}
