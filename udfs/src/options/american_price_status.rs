//! `american_price_status`: how the price of an American option came about.

use datafusion::arrow::datatypes::DataType;
use trademl_math::options::american::American;

use super::arguments::{DIVIDEND_YIELD, ERRORS, KIND, RATE, SPOT, STRIKE, TIME, VOLATILITY};
use super::terms::on_asset;
use super::valued::statuses;
use crate::function::{Contract, Function, Lookahead};
use crate::scalar::ScalarFunction;

const CONTRACT: Contract = Contract {
    name: "american_price_status",
    family: "options",
    summary: "How american_price came about, or why it is NULL.",
    arguments: &[KIND, SPOT, STRIKE, TIME, RATE, VOLATILITY, DIVIDEND_YIELD],
    returns: "TEXT: as bs_price_status; also 'double_boundary' where exercise is best between two boundaries, and 'not_converged'",
    nulls: "a NULL argument gives NULL",
    errors: ERRORS,
    lookahead: Lookahead::Row,
    source: "definition",
    example: "SELECT american_price_status('put', 36, 40, 1, 0.06, 0.20) AS a, american_price_status('put', 36, 40, 1, -0.02, 0.20, dividend_yield => -0.04) AS b\n----\nvalued double_boundary",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction {
        contract: &CONTRACT,
        returns: DataType::Utf8,
        prepare: |_| Ok(()),
        evaluate: |_, columns| {
            statuses::<6>(&CONTRACT, columns, |kind, x| {
                American { terms: on_asset(kind, x) }.price().status()
            })
        },
    }
    .function()
}
