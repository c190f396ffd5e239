//! `black76_price_status`: how the price of a European option on a future came about.

use datafusion::arrow::datatypes::DataType;

use super::arguments::{ERRORS, FORWARD, KIND, RATE, STATUS, STRIKE, TIME, VOLATILITY};
use super::terms::on_future;
use super::valued::statuses;
use crate::function::{Contract, Function, Lookahead};
use crate::scalar::ScalarFunction;

const CONTRACT: Contract = Contract {
    name: "black76_price_status",
    family: "options",
    summary: "How black76_price came about, or why it is NULL.",
    arguments: &[KIND, FORWARD, STRIKE, TIME, RATE, VOLATILITY],
    returns: STATUS,
    nulls: "a NULL argument gives NULL",
    errors: ERRORS,
    lookahead: Lookahead::Row,
    source: "definition",
    example: "SELECT black76_price_status('put', 20, 20, 4.0 / 12, 0.09, 0.0) AS s\n----\nzero_volatility",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction {
        contract: &CONTRACT,
        returns: DataType::Utf8,
        prepare: |_| Ok(()),
        evaluate: |_, columns| {
            statuses::<5>(&CONTRACT, columns, |kind, x| on_future(kind, x).price().status())
        },
    }
    .function()
}
