//! `iv_rank`: where a volatility is between the lowest and the highest of its past.

use trademl_math::options::iv_history::iv_rank;

use super::iv_history::{ARGUMENTS, ERRORS, NULLS};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "iv_rank",
    family: "options",
    summary: "IV rank: where an implied volatility is between the lowest and the highest of the last timeperiod rows, its own \
              included: (iv − lowest)/(highest − lowest).",
    arguments: ARGUMENTS,
    returns: "share, 0 at the lowest and 1 at the highest; NULL where both are the same",
    nulls: NULLS,
    errors: ERRORS,
    lookahead: Lookahead::Past,
    source: "definition, as the brokers' screens have it",
    example: "SELECT i, round(r, 4) AS rank FROM (SELECT i, iv_rank(iv, timeperiod => 3) OVER (ORDER BY i) AS r FROM (VALUES (1, 0.20), (2, 0.30), \
              (3, 0.22), (4, 0.25)) AS t(i, iv)) ORDER BY i\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 0.2\n\
              4 0.375",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(iv_rank(call.count("timeperiod", 2)?))),
    }
    .function()
}
