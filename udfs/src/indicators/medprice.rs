//! `medprice`: median price.

use trademl_math::indicators::price::median_price;

use super::arguments::{HIGH, LOW};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "medprice",
    family: "indicators",
    summary: "Median price: (high + low) / 2.",
    arguments: &[HIGH, LOW],
    returns: "price",
    nulls: "a row with a NULL argument gives NULL",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "definition; TA-Lib MEDPRICE",
    example: "SELECT i, round(s, 4) FROM (SELECT i, medprice(h, l) OVER (ORDER BY i) AS s FROM \
              (VALUES (1, 12.0, 9.0), (2, 13.0, 10.0), (3, 14.0, 11.0), (4, 12.0, 8.0), (5, \
              11.0, 8.0), (6, 15.0, 10.0)) AS t(i, h, l)) ORDER BY i\n\
              ----\n\
              1 10.5\n\
              2 11.5\n\
              3 12.5\n\
              4 10.0\n\
              5 9.5\n\
              6 12.5",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|_| Ok(Box::new(median_price()))),
    }
    .function()
}
