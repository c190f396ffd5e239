//! `bipower_variation`: the variance of a window without its jumps.

use trademl_math::volatility::bipower_variation::bipower_variation;

use super::arguments::{RET, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "bipower_variation",
    family: "volatility",
    summary: "Bipower variation of the last n returns: π / 2 · n / (n − 1) · sum of |ret[t]| \
              |ret[t-1]| over their n − 1 neighbours. Compare it with the sum of n squared \
              returns, which holds jumps, too; sqrt(bipower_variation(ret, n) · periods per \
              year / n) is an annualised volatility.",
    arguments: &[RET, rows("n", "20", "window, ≥ 2")],
    returns: "variance [return² per window]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first n − 1 rows \
            with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); n < 2",
    lookahead: Lookahead::Past,
    source: "Barndorff-Nielsen & Shephard (2004), Power and Bipower Variation with Stochastic \
             Volatility and Jumps, J. Financial Econometrics 2(1); the factor n / (n − 1) as in \
             Huang & Tauchen (2005), J. Financial Econometrics 3(4)",
    example: "SELECT i, round(1e3 * bipower_variation(ret, 2) OVER (ORDER BY i), 6) AS bv FROM \
              (VALUES (1, 0.01), (2, -0.02), (3, 0.015), (4, -0.005), (5, 0.0), (6, -0.03)) AS \
              t(i, ret) ORDER BY i\n\
              ----\n\
              1 NULL\n\
              2 0.628319\n\
              3 0.942478\n\
              4 0.235619\n\
              5 0.0\n\
              6 0.0",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(Box::new(bipower_variation(call.count("n", 2)?)))),
    }
    .function()
}
