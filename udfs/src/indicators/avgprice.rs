//! `avgprice`: average price.

use trademl_math::indicators::price::average_price;

use super::arguments::{CLOSE, HIGH, LOW, OPEN};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "avgprice",
    family: "indicators",
    summary: "Average price: (open + high + low + close) / 4.",
    arguments: &[OPEN, HIGH, LOW, CLOSE],
    returns: "price",
    nulls: "a row with a NULL argument gives NULL",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "definition; TA-Lib AVGPRICE",
    example: "SELECT i, round(s, 4) FROM (SELECT i, avgprice(o, h, l, c) OVER (ORDER BY i) AS s \
              FROM (VALUES (1, 10.0, 12.0, 9.0, 11.0), (2, 11.0, 13.0, 10.0, 12.0), (3, 12.0, \
              14.0, 11.0, 11.0), (4, 11.0, 12.0, 8.0, 9.0), (5, 9.0, 11.0, 8.0, 10.0), (6, 10.0, \
              15.0, 10.0, 14.0)) AS t(i, o, h, l, c)) ORDER BY i\n\
              ----\n\
              1 10.5\n\
              2 11.5\n\
              3 12.0\n\
              4 10.0\n\
              5 9.5\n\
              6 12.25",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|_| Ok(Box::new(average_price()))),
    }
    .function()
}
