//! `discount_factor`: what 1 at a time is worth today.

use datafusion::arrow::datatypes::DataType;
use trademl_math::options::market::rate_curve::RateCurve;

use super::curves::{CURVE_RATES, CURVE_TIMES, ERRORS, NULLS, SOURCE, TIME, values};
use crate::function::{Contract, Function, Lookahead};
use crate::scalar::ScalarFunction;

const CONTRACT: Contract = Contract {
    name: "discount_factor",
    family: "options",
    summary: "What 1 at a time is worth today, on a curve of zero rates: log-linear between the nodes, so that forward rates are flat there.",
    arguments: &[TIME, CURVE_TIMES, CURVE_RATES],
    returns: "discount factor; with the first node's rate before it, and with the last forward rate after the last node",
    nulls: NULLS,
    errors: ERRORS,
    lookahead: Lookahead::Row,
    source: SOURCE,
    example: "SELECT round(discount_factor(2.5, [1.0, 2.0, 3.0], [0.03, 0.04, 0.046]), 12) AS d, round(exp(-0.109), 12) AS expected\n----\n0.896730417498 0.896730417498",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction {
        contract: &CONTRACT,
        returns: DataType::Float64,
        prepare: |_| Ok(()),
        evaluate: |_, columns| values(&CONTRACT, columns, RateCurve::discount),
    }
    .function()
}
