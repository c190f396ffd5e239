//! `vertical_price`: the price of one strike bought and another sold.

use datafusion::arrow::datatypes::DataType;
use trademl_math::options::payoffs::vertical_spread;

use super::arguments::{
    DIVIDEND_YIELD, ERRORS, KIND, NULLS_AS_BS_PRICE, RATE, SPOT, STRIKE, TIME, VOLATILITY, number,
};
use super::terms::on_asset;
use super::valued::values;
use crate::function::{Argument, Contract, Function, Lookahead};
use crate::scalar::ScalarFunction;

const SOLD: Argument = number("sold_strike", "price", "strike of the option that is sold, > 0");

const CONTRACT: Contract = Contract {
    name: "vertical_price",
    family: "options",
    summary: "Price of a vertical spread of European options, one strike bought and one sold, at one volatility; with a \
              volatility each write bs_price(…) - bs_price(…).",
    arguments: &[KIND, SPOT, STRIKE, SOLD, TIME, RATE, VOLATILITY, DIVIDEND_YIELD],
    returns: "price today, in the unit of the underlying; negative for a spread that is sold",
    nulls: NULLS_AS_BS_PRICE,
    errors: ERRORS,
    lookahead: Lookahead::Row,
    source: "definition; Black & Scholes (1973), Merton (1973)",
    example: "SELECT round(vertical_price('call', 100, 95, 105, 0.5, 0.03, 0.2), 6) AS spread, \
              round(bs_price('call', 100, 95, 0.5, 0.03, 0.2) - bs_price('call', 100, 105, 0.5, 0.03, 0.2), 6) AS legs\n\
              ----\n\
              5.072791 5.072791",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction {
        contract: &CONTRACT,
        returns: DataType::Float64,
        prepare: |_| Ok(()),
        evaluate: |_, columns| {
            values::<7>(&CONTRACT, columns, |kind, [spot, strike, sold, rest @ ..]| {
                let [time, rate, volatility, dividend_yield] = rest;
                let bought = on_asset(kind, [spot, strike, time, rate, volatility, dividend_yield]);
                vertical_spread(bought, sold).value()
            })
        },
    }
    .function()
}
