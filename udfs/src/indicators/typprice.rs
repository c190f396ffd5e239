//! `typprice`: typical price.

use trademl_math::indicators::price::typical_price;

use super::arguments::{CLOSE, HIGH, LOW};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "typprice",
    family: "indicators",
    summary: "Typical price: (high + low + close) / 3.",
    arguments: &[HIGH, LOW, CLOSE],
    returns: "price",
    nulls: "a row with a NULL argument gives NULL",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "definition; TA-Lib TYPPRICE",
    example: "SELECT i, round(s, 4) FROM (SELECT i, typprice(h, l, c) OVER (ORDER BY i) AS s \
              FROM (VALUES (1, 12.0, 9.0, 11.0), (2, 13.0, 10.0, 12.0), (3, 14.0, 11.0, 11.0), \
              (4, 12.0, 8.0, 9.0), (5, 11.0, 8.0, 10.0), (6, 15.0, 10.0, 14.0)) AS t(i, h, l, \
              c)) ORDER BY i\n\
              ----\n\
              1 10.6667\n\
              2 11.6667\n\
              3 12.0\n\
              4 9.6667\n\
              5 9.6667\n\
              6 13.0",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|_| Ok(Box::new(typical_price()))),
    }
    .function()
}
