//! `realized_quarticity`: n / 3 times the sum of fourth powers of returns.

use trademl_math::volatility::realized_quarticity::realized_quarticity;

use super::arguments::{RET, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "realized_quarticity",
    family: "volatility",
    summary: "Realized quarticity: n / 3 · sum of ret⁴ over n rows, an estimate of the integral \
              of the squared variance over the window taken as one unit of time. It is not \
              annualised.",
    arguments: &[RET, rows("n", "20", "window, ≥ 1")],
    returns: "quarticity [return⁴ per window²]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first n − 1 rows \
            with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); n < 1",
    lookahead: Lookahead::Past,
    source: "Barndorff-Nielsen & Shephard (2002), Econometric Analysis of Realized Volatility, \
             J. Royal Statistical Society B 64(2)",
    example: "SELECT i, round(1e6 * realized_quarticity(ret, 2) OVER (ORDER BY i), 6) AS rq \
              FROM (VALUES (1, 0.01), (2, -0.02), (3, 0.015), (4, -0.005), (5, 0.0), (6, \
              -0.03)) AS t(i, ret) ORDER BY i\n\
              ----\n\
              1 NULL\n\
              2 0.113333\n\
              3 0.140417\n\
              4 0.034167\n\
              5 0.000417\n\
              6 0.54",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            Ok(Box::new(realized_quarticity(call.count("n", 1)?)))
        }),
    }
    .function()
}
