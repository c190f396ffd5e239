//! `wclprice`: weighted close price.

use trademl_math::indicators::price::weighted_close;

use super::arguments::{CLOSE, HIGH, LOW};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "wclprice",
    family: "indicators",
    summary: "Weighted close price: (high + low + 2·close) / 4.",
    arguments: &[HIGH, LOW, CLOSE],
    returns: "price",
    nulls: "a row with a NULL argument gives NULL",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "definition; TA-Lib WCLPRICE",
    example: "SELECT i, round(s, 4) FROM (SELECT i, wclprice(h, l, c) OVER (ORDER BY i) AS s \
              FROM (VALUES (1, 12.0, 9.0, 11.0), (2, 13.0, 10.0, 12.0), (3, 14.0, 11.0, 11.0), \
              (4, 12.0, 8.0, 9.0), (5, 11.0, 8.0, 10.0), (6, 15.0, 10.0, 14.0)) AS t(i, h, l, \
              c)) ORDER BY i\n\
              ----\n\
              1 10.75\n\
              2 11.75\n\
              3 11.75\n\
              4 9.5\n\
              5 9.75\n\
              6 13.25",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|_| Ok(Box::new(weighted_close()))),
    }
    .function()
}
