//! `roll_spread`: the spread from the bounce of prices.

use trademl_math::liquidity::roll::roll;

use super::arguments::{column, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "roll_spread",
    family: "liquidity",
    summary: "Roll's effective spread: 2 · sqrt(−cov(Δp[t], Δp[t-1])), the sample covariance \
              (divisor n − 1) of the last n pairs of neighbouring price changes. Give it log \
              prices for a relative spread.",
    arguments: &[
        column("price", "price", "price of a trade or a close"),
        rows("n", "20", "window, pairs of changes, ≥ 2"),
    ],
    returns: "spread [unit of price]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first n + 1 rows \
            with values give NULL, as does a covariance ≥ 0",
    errors: "an argument NaN or infinite (function, value and row are named); n < 2",
    lookahead: Lookahead::Past,
    source: "Roll (1984), A Simple Implicit Measure of the Effective Bid-Ask Spread in an \
             Efficient Market, J. Finance 39(4)",
    example: "SELECT i, round(roll_spread(price, 3) OVER (ORDER BY i), 6) AS spread FROM \
              (VALUES (1, 100.0), (2, 100.5), (3, 100.0), (4, 100.5), (5, 101.0), (6, 100.5), \
              (7, 101.5), (8, 101.0)) AS t(i, price) ORDER BY i\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 NULL\n\
              4 NULL\n\
              5 0.816497\n\
              6 0.816497\n\
              7 1.154701\n\
              8 1.581139",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(Box::new(roll(call.count("n", 2)?)))),
    }
    .function()
}
