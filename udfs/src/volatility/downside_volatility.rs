//! `downside_volatility`: annualised root mean square of shortfalls.

use trademl_math::volatility::downside::downside;

use super::arguments::{PERIODS_PER_YEAR, RET, float, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "downside_volatility",
    family: "volatility",
    summary: "Annualised downside deviation: sqrt(periods_per_year / n · sum of min(ret − \
              target, 0)² over n rows); rows above the target count in n.",
    arguments: &[
        RET,
        rows("n", "20", "window, ≥ 1"),
        float("target", "0", "1 per period", "return below which a period counts"),
        PERIODS_PER_YEAR,
    ],
    returns: "volatility [annualised decimal]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first n − 1 rows \
            with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); n < 1; \
             periods_per_year ≤ 0",
    lookahead: Lookahead::Past,
    source: "Sortino & van der Meer (1991), Downside Risk, J. Portfolio Management 17(4)",
    example: "SELECT i, round(downside_volatility(ret, 2, 0.001, 252) OVER (ORDER BY i), 6) AS \
              vol FROM (VALUES (1, 0.01), (2, -0.02), (3, 0.015), (4, -0.005), (5, 0.0), (6, \
              -0.03)) AS t(i, ret) ORDER BY i\n\
              ----\n\
              1 NULL\n\
              2 0.235724\n\
              3 0.235724\n\
              4 0.06735\n\
              5 0.068279\n\
              6 0.348155",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            let (n, target) = (call.count("n", 1)?, call.float("target")?);
            Ok(Box::new(downside(n, target, call.positive("periods_per_year")?)))
        }),
    }
    .function()
}
