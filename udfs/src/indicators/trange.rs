//! `trange`: true range.

use trademl_math::indicators::true_range::true_range;

use super::arguments::{CLOSE, HIGH, LOW};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "trange",
    family: "indicators",
    summary: "True range: the largest of high − low, |high − close before| and |low − close \
              before|.",
    arguments: &[HIGH, LOW, CLOSE],
    returns: "range [price]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first row with values \
            gives NULL",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "Wilder (1978), New Concepts in Technical Trading Systems; TA-Lib TRANGE",
    example: "SELECT day, round(trange(high, low, close) OVER (ORDER BY day), 4) AS trange FROM \
              (VALUES (1, 11.0, 9.5, 10.5), (2, 12.0, 10.0, 11.5), (3, 12.5, 11.0, 12.0), (4, \
              12.25, 10.5, 10.75)) AS t(day, high, low, close) ORDER BY day\n\
              ----\n\
              1 NULL\n\
              2 2.0\n\
              3 1.5\n\
              4 1.75",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|_| Ok(Box::new(true_range()))),
    }
    .function()
}
