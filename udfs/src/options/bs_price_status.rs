//! `bs_price_status`: how the price of a European option on an asset came about.

use datafusion::arrow::datatypes::DataType;

use super::arguments::{
    DIVIDEND_YIELD, ERRORS, KIND, RATE, SPOT, STATUS, STRIKE, TIME, VOLATILITY,
};
use super::terms::on_asset;
use super::valued::statuses;
use crate::function::{Contract, Function, Lookahead};
use crate::scalar::ScalarFunction;

const CONTRACT: Contract = Contract {
    name: "bs_price_status",
    family: "options",
    summary: "How bs_price came about, or why it is NULL.",
    arguments: &[KIND, SPOT, STRIKE, TIME, RATE, VOLATILITY, DIVIDEND_YIELD],
    returns: STATUS,
    nulls: "a NULL argument gives NULL",
    errors: ERRORS,
    lookahead: Lookahead::Row,
    source: "definition",
    example: "SELECT bs_price_status('call', 42, 40, 0.5, 0.10, 0.20) AS a, bs_price_status('call', 42, 40, 0.0, 0.10, 0.20) AS b, bs_price_status('call', 42, -40, 0.5, 0.10, 0.20) AS c\n----\nvalued expired non_positive_strike",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction {
        contract: &CONTRACT,
        returns: DataType::Utf8,
        prepare: |_| Ok(()),
        evaluate: |_, columns| {
            statuses::<6>(&CONTRACT, columns, |kind, x| on_asset(kind, x).price().status())
        },
    }
    .function()
}
