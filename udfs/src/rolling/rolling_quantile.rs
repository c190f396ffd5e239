//! `rolling_quantile`: quantile q of the values among the last n rows, linear between neighbours.

use datafusion::common::{Result, plan_err};
use trademl_math::rolling;

use super::arguments::{MIN_PERIODS, N, n_and_least};
use crate::function::{Argument, Contract, Function, Kind, Lookahead, Role};
use crate::relation::Call;
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "rolling_quantile",
    family: "rolling",
    summary: "Quantile q of the values among the last n rows, linear between neighbours.",
    arguments: &[
        Argument {
            name: "x",
            role: Role::Column(Kind::Float),
            default: None,
            unit: "any",
            meaning: "value of the row",
        },
        N,
        Argument {
            name: "q",
            role: Role::Constant(Kind::Float),
            default: None,
            unit: "1",
            meaning: "share of values below, 0 … 1",
        },
        MIN_PERIODS,
    ],
    returns: "value, in the unit of x",
    nulls: "a row with a NULL counts among the n as one without a value; NULL with fewer than \
            min_periods values among the last n rows",
    errors: "x NaN or infinite (function, value and row are named); n < 1; min_periods < 1 or > \
             n; q outside 0 … 1",
    lookahead: Lookahead::Past,
    source: "Hyndman & Fan (1996), The American Statistician 50(4), type 7",
    example: "SELECT day, round(rolling_quantile(x, 3, 0.25) OVER (ORDER BY day), 4) AS r FROM \
              (VALUES (1, 1.0), (2, 4.0), (3, 2.0), (4, 8.0)) AS t(day, x) ORDER BY day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 1.5\n\
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
            let (n, least) = n_and_least(call)?;
            Ok(rolling::quantile(n, least, share(call)?))
        }),
    }
    .function()
}

fn share(call: &Call) -> Result<f64> {
    match call.float("q")? {
        q if (0.0..=1.0).contains(&q) => Ok(q),
        q => plan_err!("q: expected a number from 0 to 1, was {q}"),
    }
}
