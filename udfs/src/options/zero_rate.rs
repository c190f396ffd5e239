//! `zero_rate`: the rate from today to a time.

use datafusion::arrow::datatypes::DataType;
use trademl_math::options::market::rate_curve::RateCurve;

use super::curves::{CURVE_RATES, CURVE_TIMES, ERRORS, NULLS, SOURCE, TIME, values};
use crate::function::{Contract, Function, Lookahead};
use crate::scalar::ScalarFunction;

const CONTRACT: Contract = Contract {
    name: "zero_rate",
    family: "options",
    summary: "The rate from today to a time, on a curve of zero rates: forward rates are flat between the nodes.",
    arguments: &[TIME, CURVE_TIMES, CURVE_RATES],
    returns: "zero rate, continuously compounded decimal: −ln discount_factor / time; at time 0 the first node's",
    nulls: NULLS,
    errors: ERRORS,
    lookahead: Lookahead::Row,
    source: SOURCE,
    example: "SELECT round(zero_rate(2.5, [1.0, 2.0, 3.0], [0.03, 0.04, 0.046]), 12) AS rate\n----\n0.0436",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction {
        contract: &CONTRACT,
        returns: DataType::Float64,
        prepare: |_| Ok(()),
        evaluate: |_, columns| values(&CONTRACT, columns, RateCurve::zero_rate),
    }
    .function()
}
