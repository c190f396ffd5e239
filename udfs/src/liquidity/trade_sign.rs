//! `trade_sign`: whether the buyer or the seller was the eager one.

use trademl_math::liquidity::trade_sign::trade_sign;

use super::arguments::column;
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "trade_sign",
    family: "liquidity",
    summary: "Lee–Ready sign of a trade: 1 for a buy (price above the middle of bid and ask), \
              −1 for a sell (below); at the middle, or without quotes, the direction of the \
              last change of the price up to this trade. Prices within 10⁻¹² of the middle are \
              at the middle.",
    arguments: &[
        column("price", "price", "price of the trade, > 0"),
        column("bid", "price", "best bid in force at the trade, > 0; join quotes as of the trade"),
        column("ask", "price", "best ask in force at the trade, > 0"),
    ],
    returns: "sign [1 or −1], integer",
    nulls: "a NULL price gives NULL and changes nothing; a NULL bid or ask leaves the sign to \
            the last change of the price; a trade at the middle before any change gives NULL",
    errors: "an argument NaN or infinite or ≤ 0 (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "Lee & Ready (1991), Inferring Trade Direction from Intraday Data, J. Finance 46(2)",
    example: "SELECT i, trade_sign(price, bid, ask) OVER (ORDER BY i) AS sign FROM (VALUES (1, \
              10.0, 9.9, 10.1), (2, 10.2, 10.0, 10.2), (3, 10.1, 10.05, 10.15), (4, 10.1, 10.0, \
              10.3), (5, NULL, 10.0, 10.2), (6, 10.1, NULL, 10.2), (7, 10.05, NULL, NULL)) AS \
              t(i, price, bid, ask) ORDER BY i\n\
              ----\n\
              1 NULL\n\
              2 1\n\
              3 -1\n\
              4 -1\n\
              5 NULL\n\
              6 -1\n\
              7 -1",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Integer,
        domains: &[Domain::Price],
        nulls: Nulls::Missing,
        evaluation: Evaluation::Series(|_| Ok(Box::new(trade_sign()))),
    }
    .function()
}
