//! `bs_iv`: the volatility that explains the price of a European option on an asset.

use datafusion::arrow::datatypes::DataType;

use super::arguments::{DIVIDEND_YIELD, ERRORS, KIND, PRICE, RATE, SPOT, STRIKE, TIME};
use super::quote_columns::volatilities;
use super::terms::quoted_on_asset;
use crate::function::{Contract, Function, Lookahead};
use crate::scalar::ScalarFunction;

const CONTRACT: Contract = Contract {
    name: "bs_iv",
    family: "options",
    summary: "Implied volatility of a European option on an asset, to the last digits of the price.",
    arguments: &[KIND, PRICE, SPOT, STRIKE, TIME, RATE, DIVIDEND_YIELD],
    returns: "volatility, annualised decimal; 0 for a price at the discounted intrinsic value. In the money it carries \
              as much as the price does, which knows its time value to its own last place only",
    nulls: "a NULL argument gives NULL, and so does a price without a volatility: below the discounted intrinsic value, at or above the bound (forward · discount for a call, strike · discount for a put), an option at time 0, or numbers outside their range. The same call of the function with _status tells which",
    errors: ERRORS,
    lookahead: Lookahead::Row,
    source: "Choi, Kim & Kwak (2009), Applied Mathematical Finance 16(3), for the guess, and Householder's iteration; where that does not settle, \
             Jäckel (2015), Let's Be Rational, Wilmott 75",
    example: "SELECT round(bs_iv('call', 4.759422392871533, 42, 40, 0.5, 0.10), 12) AS iv, bs_iv('call', 1.5, 42, 40, 0.5, 0.10) AS below_intrinsic\n----\n0.2 NULL",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction {
        contract: &CONTRACT,
        returns: DataType::Float64,
        prepare: |_| Ok(()),
        evaluate: |_, columns| volatilities(&CONTRACT, columns, quoted_on_asset),
    }
    .function()
}
