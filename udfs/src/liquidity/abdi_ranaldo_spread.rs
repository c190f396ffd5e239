//! `abdi_ranaldo_spread`: the spread from closes and the middles of the ranges around them.

use trademl_math::liquidity::abdi_ranaldo::abdi_ranaldo;

use super::arguments::{CLOSE, HIGH, LOW, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "abdi_ranaldo_spread",
    family: "liquidity",
    summary: "Abdi–Ranaldo relative spread, two-day corrected: the mean of the last n two-day \
              spreads √max(4 (c − η₁)(c − η₂), 0), with c the log close of the first day and \
              η₁, η₂ the means of log high and log low of the two days.",
    arguments: &[HIGH, LOW, CLOSE, rows("n", "20", "window, pairs of days, ≥ 1")],
    returns: "spread [share of the price]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first n rows with \
            values give NULL",
    errors: "an argument NaN or infinite or ≤ 0 (function, value and row are named); n < 1",
    lookahead: Lookahead::Past,
    source: "Abdi & Ranaldo (2017), A Simple Estimation of Bid-Ask Spreads from Daily Close, \
             High, and Low Prices, Review of Financial Studies 30(12)",
    example: "SELECT i, round(abdi_ranaldo_spread(high, low, close, 2) OVER (ORDER BY i), 6) AS \
              spread FROM (VALUES (1, 102.0, 99.0, 101.0), (2, 103.0, 100.5, 102.0), (3, 105.0, \
              103.0, 103.5), (4, 103.5, 101.0, 101.5), (5, 100.0, 98.0, 98.5), (6, 101.0, 98.0, \
              100.5)) AS t(i, high, low, close) ORDER BY i\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 0.0\n\
              4 0.0\n\
              5 0.0\n\
              6 0.007075",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Price],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(Box::new(abdi_ranaldo(call.count("n", 1)?)))),
    }
    .function()
}
