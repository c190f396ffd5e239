//! `bs_price`: the price of a European option on an asset.

use datafusion::arrow::datatypes::DataType;

use super::arguments::{DIVIDEND_YIELD, ERRORS, KIND, NULLS, RATE, SPOT, STRIKE, TIME, VOLATILITY};
use super::terms::on_asset;
use super::valued::values;
use crate::function::{Contract, Function, Lookahead};
use crate::scalar::ScalarFunction;

const CONTRACT: Contract = Contract {
    name: "bs_price",
    family: "options",
    summary: "Price of a European option on an asset by Black, Scholes and Merton.",
    arguments: &[KIND, SPOT, STRIKE, TIME, RATE, VOLATILITY, DIVIDEND_YIELD],
    returns: "price today, in the unit of the underlying; at time 0 the payoff",
    nulls: NULLS,
    errors: ERRORS,
    lookahead: Lookahead::Row,
    source: "Black & Scholes (1973), J. Political Economy 81(3); Merton (1973), Bell J. Economics 4(1)",
    example: "SELECT round(bs_price('call', 42, 40, 0.5, 0.10, 0.20), 6) AS call, round(bs_price('put', 42, 40, 0.5, 0.10, 0.20), 6) AS put, bs_price('call', 42, 40, -0.5, 0.10, 0.20) AS over\n----\n4.759422 0.808599 NULL",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction {
        contract: &CONTRACT,
        returns: DataType::Float64,
        prepare: |_| Ok(()),
        evaluate: |_, columns| {
            values::<6>(&CONTRACT, columns, |kind, x| on_asset(kind, x).price().value())
        },
    }
    .function()
}
