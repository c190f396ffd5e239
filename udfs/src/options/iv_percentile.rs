//! `iv_percentile`: how many days of its past a volatility is above.

use trademl_math::options::iv_history::IvPercentile;

use super::iv_history::{ARGUMENTS, ERRORS, NULLS};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "iv_percentile",
    family: "options",
    summary: "IV percentile: the share of the last timeperiod rows, its own included, whose implied volatility is below the \
              row's.",
    arguments: ARGUMENTS,
    returns: "share, 0 … (timeperiod − 1)/timeperiod",
    nulls: NULLS,
    errors: ERRORS,
    lookahead: Lookahead::Past,
    source: "definition, as the brokers' screens have it",
    example: "SELECT i, round(p, 4) AS percentile FROM (SELECT i, iv_percentile(iv, timeperiod => 4) OVER (ORDER BY i) AS p FROM (VALUES (1, 0.20), (2, \
              0.30), (3, 0.22), (4, 0.25)) AS t(i, iv)) ORDER BY i\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 NULL\n\
              4 0.5",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            Ok(Box::new(IvPercentile::new(call.count("timeperiod", 2)?)))
        }),
    }
    .function()
}
