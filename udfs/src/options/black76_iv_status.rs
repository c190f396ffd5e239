//! `black76_iv_status`: how the implied volatility of an option on a future came about.

use datafusion::arrow::datatypes::DataType;

use super::arguments::{ERRORS, FORWARD, KIND, PRICE, RATE, STRIKE, TIME};
use super::quote_columns::statuses;
use super::terms::quoted_on_future;
use crate::function::{Contract, Function, Lookahead};
use crate::scalar::ScalarFunction;

const CONTRACT: Contract = Contract {
    name: "black76_iv_status",
    family: "options",
    summary: "How black76_iv came about, or why it is NULL.",
    arguments: &[KIND, PRICE, FORWARD, STRIKE, TIME, RATE],
    returns: "TEXT: 'valued'; 'zero_volatility' at the intrinsic value; or why there is none: 'below_intrinsic', 'at_upper_bound', 'above_upper_bound', 'expired', 'not_finite', 'negative_price', 'negative_time', 'non_positive_underlying', 'non_positive_strike', 'non_positive_discount' (a rate so high that it vanishes)",
    nulls: "a NULL argument gives NULL",
    errors: ERRORS,
    lookahead: Lookahead::Row,
    source: "definition",
    example: "SELECT black76_iv_status('put', 1.2, 20, 20, 0.5, 0.09) AS a, black76_iv_status('put', 20, 20, 20, 0.5, 0.09) AS b, black76_iv_status('put', 1.2, 20, 20, 0.0, 0.09) AS c\n----\nvalued above_upper_bound expired",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction {
        contract: &CONTRACT,
        returns: DataType::Utf8,
        prepare: |_| Ok(()),
        evaluate: |_, columns| statuses(&CONTRACT, columns, quoted_on_future),
    }
    .function()
}
