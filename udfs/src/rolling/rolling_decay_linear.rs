//! `rolling_decay_linear`: mean of the last n rows with weights that fall linearly: n for this
//! row, 1 for the oldest.

use trademl_math::rolling;

use super::arguments::{N, n_only};
use crate::function::{Argument, Contract, Function, Kind, Lookahead, Role};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "rolling_decay_linear",
    family: "rolling",
    summary: "Mean of the last n rows with weights that fall linearly: n for this row, 1 for the \
              oldest.",
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
    returns: "mean, in the unit of x",
    nulls: "NULL where one of the last n rows has no value, and for the first n − 1 rows",
    errors: "x NaN or infinite (function, value and row are named); n < 1",
    lookahead: Lookahead::Past,
    source: "Kakushadze (2016), 101 Formulaic Alphas, decay_linear",
    example: "SELECT day, round(rolling_decay_linear(x, 3) OVER (ORDER BY day), 4) AS r FROM \
              (VALUES (1, 1.0), (2, 4.0), (3, 2.0), (4, 8.0)) AS t(day, x) ORDER BY day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 2.5\n\
              4 5.3333",
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
            Ok(rolling::linear_decay(n))
        }),
    }
    .function()
}
