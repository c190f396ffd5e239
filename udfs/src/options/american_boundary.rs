//! `american_boundary`: the price of the underlying at which an American option is exercised.

use datafusion::arrow::datatypes::DataType;
use trademl_math::options::american::American;

use super::arguments::{DIVIDEND_YIELD, ERRORS, KIND, RATE, STRIKE, TIME, VOLATILITY};
use super::terms::on_asset;
use super::valued::values;
use crate::function::{Contract, Function, Lookahead};
use crate::scalar::ScalarFunction;

const CONTRACT: Contract = Contract {
    name: "american_boundary",
    family: "options",
    summary: "The early-exercise boundary of an American option: a put is exercised at or below this price of the \
              underlying, a call at or above it.",
    arguments: &[KIND, STRIKE, TIME, RATE, VOLATILITY, DIVIDEND_YIELD],
    returns: "price of the underlying; NULL too where it is never best to exercise before expiry, as for a call without \
              dividends",
    nulls: "a NULL argument gives NULL, and so do time or volatility 0, numbers outside their range, and a boundary that is two \
            (american_price_status tells)",
    errors: ERRORS,
    lookahead: Lookahead::Row,
    source: "Andersen, Lake & Offengenden (2016), High-performance American option pricing, J. Computational Finance \
             20(1)",
    example: "SELECT round(american_boundary('put', 100, 1, 0.05, 0.25, dividend_yield => 0.05), 2) AS put, \
              american_boundary('call', 100, 1, 0.05, 0.25) AS never\n\
              ----\n\
              64.79 NULL",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction {
        contract: &CONTRACT,
        returns: DataType::Float64,
        prepare: |_| Ok(()),
        evaluate: |_, columns| {
            values::<5>(
                &CONTRACT,
                columns,
                |kind, [strike, time, rate, volatility, dividend_yield]| {
                    // The boundary does not depend on where the underlying is.
                    let terms =
                        on_asset(kind, [strike, strike, time, rate, volatility, dividend_yield]);
                    American { terms }.exercise_boundary().ok()?.at(time)
                },
            )
        },
    }
    .function()
}
