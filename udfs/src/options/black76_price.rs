//! `black76_price`: the price of a European option on a future.

use datafusion::arrow::datatypes::DataType;

use super::arguments::{ERRORS, FORWARD, KIND, NULLS, RATE, STRIKE, TIME, VOLATILITY};
use super::terms::on_future;
use super::valued::values;
use crate::function::{Contract, Function, Lookahead};
use crate::scalar::ScalarFunction;

const CONTRACT: Contract = Contract {
    name: "black76_price",
    family: "options",
    summary: "Price of a European option on a future, or on a forward, by Black (1976).",
    arguments: &[KIND, FORWARD, STRIKE, TIME, RATE, VOLATILITY],
    returns: "price today, in the unit of the forward; at time 0 the payoff",
    nulls: NULLS,
    errors: ERRORS,
    lookahead: Lookahead::Row,
    source: "Black (1976), J. Financial Economics 3(1)",
    example: "SELECT round(black76_price('put', 20, 20, 4.0 / 12, 0.09, 0.25), 4) AS put\n----\n1.1166",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction {
        contract: &CONTRACT,
        returns: DataType::Float64,
        prepare: |_| Ok(()),
        evaluate: |_, columns| {
            values::<5>(&CONTRACT, columns, |kind, x| on_future(kind, x).price().value())
        },
    }
    .function()
}
