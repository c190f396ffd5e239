//! `cash_dividend_price`: the price of an option on a share that pays known cash dividends.

use std::sync::Arc;

use datafusion::arrow::array::Float64Array;
use datafusion::arrow::datatypes::DataType;

use super::cash_dividends::{ARGUMENTS, ERRORS, SOURCE, valuations};
use crate::function::{Contract, Function, Lookahead};
use crate::scalar::ScalarFunction;

const CONTRACT: Contract = Contract {
    name: "cash_dividend_price",
    family: "options",
    summary: "Price of an American or European option on a share that pays known cash dividends: the share falls by each and is lognormal \
              between them. By a lattice, to about 2e-6 of the strike.",
    arguments: ARGUMENTS,
    returns: "price today, in the unit of the underlying",
    nulls: "as bs_price; also NULL without volatility, and for a dividend that is NULL, below 0, not after today, not before expiry or not in \
            order. cash_dividend_price_status tells which. An empty list is no dividend",
    errors: ERRORS,
    lookahead: Lookahead::Row,
    source: SOURCE,
    example: "SELECT round(cash_dividend_price('call', 100, 100, 1, 0.06, 0.3, [0.5], [7]), 3) AS american, round(cash_dividend_price('call', 100, \
              100, 1, 0.06, 0.3, [0.5], [7], american => false), 3) AS european\n\
              ----\n\
              11.656 11.106",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction {
        contract: &CONTRACT,
        returns: DataType::Float64,
        prepare: |_| Ok(()),
        evaluate: |_, columns| {
            let rows = valuations(&CONTRACT, columns)?;
            let prices: Float64Array = rows.iter().map(|row| row.as_ref()?.value()).collect();
            Ok(Arc::new(prices))
        },
    }
    .function()
}
