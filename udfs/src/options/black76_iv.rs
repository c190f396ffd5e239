//! `black76_iv`: the volatility that explains the price of a European option on a future.

use datafusion::arrow::datatypes::DataType;

use super::arguments::{ERRORS, FORWARD, KIND, PRICE, RATE, STRIKE, TIME};
use super::quote_columns::volatilities;
use super::terms::quoted_on_future;
use crate::function::{Contract, Function, Lookahead};
use crate::scalar::ScalarFunction;

const CONTRACT: Contract = Contract {
    name: "black76_iv",
    family: "options",
    summary: "Implied volatility of a European option on a future, or on a forward, to the last digits of the price.",
    arguments: &[KIND, PRICE, FORWARD, STRIKE, TIME, RATE],
    returns: "volatility, annualised decimal; 0 for a price at the discounted intrinsic value. In the money it carries \
              as much as the price does, which knows its time value to its own last place only",
    nulls: "a NULL argument gives NULL, and so does a price without a volatility: below the discounted intrinsic value, at or above the bound (forward · discount for a call, strike · discount for a put), an option at time 0, or numbers outside their range. The same call of the function with _status tells which",
    errors: ERRORS,
    lookahead: Lookahead::Row,
    source: "Choi, Kim & Kwak (2009), Applied Mathematical Finance 16(3), for the guess, and Householder's iteration; where that does not settle, \
             Jäckel (2015), Let's Be Rational, Wilmott 75",
    example: "SELECT round(black76_iv('put', black76_price('put', 20, 18, 0.5, 0.09, 0.25), 20, 18, 0.5, 0.09), 12) AS iv\n----\n0.25",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction {
        contract: &CONTRACT,
        returns: DataType::Float64,
        prepare: |_| Ok(()),
        evaluate: |_, columns| volatilities(&CONTRACT, columns, quoted_on_future),
    }
    .function()
}
