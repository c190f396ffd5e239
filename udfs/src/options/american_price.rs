//! `american_price`: the price of an American option on an asset.

use datafusion::arrow::datatypes::DataType;
use trademl_math::options::american::American;

use super::arguments::{DIVIDEND_YIELD, ERRORS, KIND, RATE, SPOT, STRIKE, TIME, VOLATILITY};
use super::terms::on_asset;
use super::valued::values;
use crate::function::{Contract, Function, Lookahead};
use crate::scalar::ScalarFunction;

const CONTRACT: Contract = Contract {
    name: "american_price",
    family: "options",
    summary: "Price of an American option on an asset with a continuous dividend yield, by the integral of the early-exercise premium along its boundary.",
    arguments: &[KIND, SPOT, STRIKE, TIME, RATE, VOLATILITY, DIVIDEND_YIELD],
    returns: "price today, in the unit of the underlying",
    nulls: "as bs_price; also NULL where exercise is best between two boundaries (a put with dividend_yield < rate < 0, a call with rate < dividend_yield < 0), which is not supported. american_price_status tells which",
    errors: ERRORS,
    lookahead: Lookahead::Row,
    source: "Andersen, Lake & Offengenden (2016), High-performance American option pricing, J. Computational Finance 20(1)",
    example: "SELECT round(american_price('put', 36, 40, 1, 0.06, 0.20), 3) AS american, round(bs_price('put', 36, 40, 1, 0.06, 0.20), 3) AS european\n----\n4.487 3.844",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction {
        contract: &CONTRACT,
        returns: DataType::Float64,
        prepare: |_| Ok(()),
        evaluate: |_, columns| {
            values::<6>(&CONTRACT, columns, |kind, x| {
                American { terms: on_asset(kind, x) }.price().value()
            })
        },
    }
    .function()
}
