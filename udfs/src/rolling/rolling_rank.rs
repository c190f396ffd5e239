//! `rolling_rank`: rank of the row among the values of the last n rows, as a share; equals have
//! their mean rank.

use trademl_math::rolling;

use super::arguments::{MIN_PERIODS, N, n_and_least};
use crate::function::{Argument, Contract, Function, Kind, Lookahead, Role};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "rolling_rank",
    family: "rolling",
    summary: "Rank of the row among the values of the last n rows, as a share; equals have their \
              mean rank.",
    arguments: &[
        Argument {
            name: "x",
            role: Role::Column(Kind::Float),
            default: None,
            unit: "any",
            meaning: "value of the row",
        },
        N,
        MIN_PERIODS,
    ],
    returns: "share in (0, 1]; NULL where the row has no value",
    nulls: "a row with a NULL counts among the n as one without a value; NULL with fewer than \
            min_periods values among the last n rows",
    errors: "x NaN or infinite (function, value and row are named); n < 1; min_periods < 1 or > n",
    lookahead: Lookahead::Past,
    source: "definition",
    example: "SELECT day, round(rolling_rank(x, 3) OVER (ORDER BY day), 4) AS r FROM (VALUES (1, \
              1.0), (2, 4.0), (3, 2.0), (4, 8.0)) AS t(day, x) ORDER BY day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 0.6667\n\
              4 1.0",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Missing,
        evaluation: Evaluation::Series(|call| {
            let (n, least) = n_and_least(call)?;
            Ok(rolling::rank(n, least))
        }),
    }
    .function()
}
