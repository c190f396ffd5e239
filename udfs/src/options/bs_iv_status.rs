//! `bs_iv_status`: how the implied volatility of an option on an asset came about.

use datafusion::arrow::datatypes::DataType;

use super::arguments::{DIVIDEND_YIELD, ERRORS, KIND, PRICE, RATE, SPOT, STRIKE, TIME};
use super::quote_columns::statuses;
use super::terms::quoted_on_asset;
use crate::function::{Contract, Function, Lookahead};
use crate::scalar::ScalarFunction;

const CONTRACT: Contract = Contract {
    name: "bs_iv_status",
    family: "options",
    summary: "How bs_iv came about, or why it is NULL.",
    arguments: &[KIND, PRICE, SPOT, STRIKE, TIME, RATE, DIVIDEND_YIELD],
    returns: "TEXT: 'valued'; 'zero_volatility' at the intrinsic value; or why there is none: 'below_intrinsic', 'at_upper_bound', 'above_upper_bound', 'expired', 'not_finite', 'negative_price', 'negative_time', 'non_positive_underlying', 'non_positive_strike', 'non_positive_discount' (a rate so high that it vanishes)",
    nulls: "a NULL argument gives NULL",
    errors: ERRORS,
    lookahead: Lookahead::Row,
    source: "definition",
    example: "SELECT bs_iv_status('call', 4.76, 42, 40, 0.5, 0.10) AS a, bs_iv_status('call', 1.5, 42, 40, 0.5, 0.10) AS b, bs_iv_status('call', 43, 42, 40, 0.5, 0.10) AS c\n----\nvalued below_intrinsic above_upper_bound",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction {
        contract: &CONTRACT,
        returns: DataType::Utf8,
        prepare: |_| Ok(()),
        evaluate: |_, columns| statuses(&CONTRACT, columns, quoted_on_asset),
    }
    .function()
}
