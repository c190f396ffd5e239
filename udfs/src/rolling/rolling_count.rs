//! `rolling_count`: number of values among the last n rows.

use trademl_math::rolling;

use super::arguments::{N, n_only};
use crate::function::{Argument, Contract, Function, Kind, Lookahead, Role};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "rolling_count",
    family: "rolling",
    summary: "Number of values among the last n rows.",
    arguments: &[
        Argument {
            name: "x",
            role: Role::Column(Kind::Float),
            default: None,
            unit: "any",
            meaning: "value of the row",
        },
        N,
    ],
    returns: "count [1], 0 where there is none",
    nulls: "a row with a NULL counts as one without a value; the result is never NULL",
    errors: "x NaN or infinite (function, value and row are named); n < 1",
    lookahead: Lookahead::Past,
    source: "definition",
    example: "SELECT day, round(rolling_count(x, 3) OVER (ORDER BY day), 4) AS r FROM (VALUES \
              (1, 1.0), (2, 4.0), (3, 2.0), (4, 8.0)) AS t(day, x) ORDER BY day\n\
              ----\n\
              1 1.0\n\
              2 2.0\n\
              3 3.0\n\
              4 3.0",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Missing,
        evaluation: Evaluation::Series(|call| {
            let n = n_only(call)?;
            Ok(Box::new(rolling::count(n)))
        }),
    }
    .function()
}
