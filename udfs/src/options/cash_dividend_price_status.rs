//! `cash_dividend_price_status`: why an option on a share with cash dividends has no price.

use std::sync::Arc;

use datafusion::arrow::array::StringArray;
use datafusion::arrow::datatypes::DataType;

use super::cash_dividends::{ARGUMENTS, ERRORS, SOURCE, valuations};
use crate::function::{Contract, Function, Lookahead};
use crate::scalar::ScalarFunction;

const CONTRACT: Contract = Contract {
    name: "cash_dividend_price_status",
    family: "options",
    summary: "What the value of cash_dividend_price is, or why there is none.",
    arguments: ARGUMENTS,
    returns: "TEXT: 'valued'; 'expired' (time 0), a limit; or why there is no value: 'zero_volatility', 'bad_dividend', and as in bs_price_status",
    nulls: "a NULL argument gives NULL",
    errors: ERRORS,
    lookahead: Lookahead::Row,
    source: SOURCE,
    example: "SELECT cash_dividend_price_status('call', 100, 100, 1, 0.06, 0.3, [0.5], [7]) AS valued, cash_dividend_price_status('call', 100, 100, 1, \
              0.06, 0.3, [1.5], [7]) AS late\n\
              ----\n\
              valued bad_dividend",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction {
        contract: &CONTRACT,
        returns: DataType::Utf8,
        prepare: |_| Ok(()),
        evaluate: |_, columns| {
            let rows = valuations(&CONTRACT, columns)?;
            let statuses: StringArray =
                rows.iter().map(|row| row.as_ref().map(|row| row.status().name())).collect();
            Ok(Arc::new(statuses))
        },
    }
    .function()
}
