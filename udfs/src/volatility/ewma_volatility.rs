//! `ewma_volatility`: annualised volatility by exponential smoothing of squared returns.

use datafusion::common::plan_err;
use trademl_math::volatility::ewma::ewma;

use super::arguments::{PERIODS_PER_YEAR, RET, float, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "ewma_volatility",
    family: "volatility",
    summary: "RiskMetrics volatility: sqrt(periods_per_year · v) with v[t] = lambda · v[t-1] + \
              (1 − lambda) · ret[t]², seeded with the mean of the first n squared returns. It \
              holds the return of its own row: it is the forecast for the next one.",
    arguments: &[
        RET,
        float("lambda", "0.94", "–", "share of yesterday's variance that stays, between 0 and 1"),
        rows("n", "20", "rows whose mean squared return is the seed, ≥ 1"),
        PERIODS_PER_YEAR,
    ],
    returns: "volatility [annualised decimal]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first n − 1 rows \
            with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); lambda ≤ 0 or ≥ \
             1; n < 1; periods_per_year ≤ 0",
    lookahead: Lookahead::Past,
    source: "J.P. Morgan & Reuters (1996), RiskMetrics Technical Document, 4th ed., section \
             5.2; lambda 0.94 is theirs for daily data",
    example: "SELECT i, round(ewma_volatility(ret, 0.9, 2, 252) OVER (ORDER BY i), 6) AS vol \
              FROM (VALUES (1, 0.01), (2, -0.02), (3, 0.015), (4, -0.005), (5, 0.0), (6, \
              -0.03)) AS t(i, ret) ORDER BY i\n\
              ----\n\
              1 NULL\n\
              2 0.250998\n\
              3 0.24974\n\
              4 0.23825\n\
              5 0.226024\n\
              6 0.262027",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            let (lambda, n) = (call.positive("lambda")?, call.count("n", 1)?);
            if lambda >= 1.0 {
                return plan_err!("lambda: expected a number between 0 and 1, was {lambda}");
            }
            Ok(Box::new(ewma(lambda, n, call.positive("periods_per_year")?)))
        }),
    }
    .function()
}
