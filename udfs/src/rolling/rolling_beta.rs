//! `rolling_beta`: least-squares slope of y on x over the rows among the last n in which both
//! have a value.

use trademl_math::rolling;

use super::arguments::{MIN_PERIODS, N, n_and_least};
use crate::function::{Argument, Contract, Function, Kind, Lookahead, Role};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "rolling_beta",
    family: "rolling",
    summary: "Least-squares slope of y on x over the rows among the last n in which both have a \
              value.",
    arguments: &[
        Argument {
            name: "y",
            role: Role::Column(Kind::Float),
            default: None,
            unit: "any",
            meaning: "value that is explained, as the return of a stock",
        },
        Argument {
            name: "x",
            role: Role::Column(Kind::Float),
            default: None,
            unit: "any",
            meaning: "value that explains, as the return of the market",
        },
        N,
        MIN_PERIODS,
    ],
    returns: "slope, in the unit of y a unit of x; NULL where x does not move",
    nulls: "a row with a NULL counts among the n as one without a value; NULL with fewer than \
            min_periods values in both among the last n rows, or fewer than 2",
    errors: "y or x NaN or infinite (function, value and row are named); n < 1; min_periods < 1 \
             or > n",
    lookahead: Lookahead::Past,
    source: "definition; Pébay (2008), Sandia SAND2008-6212, eq. 3.10",
    example: "SELECT day, round(rolling_beta(y, x, 3) OVER (ORDER BY day), 4) AS r FROM (VALUES \
              (1, 1.0, 2.0), (2, 4.0, 1.0), (3, 2.0, 3.0), (4, 8.0, 5.0)) AS t(day, y, x) ORDER \
              BY day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 -1.0\n\
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
            Ok(Box::new(rolling::beta(n, least)))
        }),
    }
    .function()
}
