//! `digital_price`: the price of an option that pays an amount or nothing.

use datafusion::arrow::datatypes::DataType;
use trademl_math::options::payoffs::{Digital, Payout};

use super::arguments::{
    DIVIDEND_YIELD, ERRORS, KIND, NULLS_AS_BS_PRICE, RATE, SPOT, STRIKE, TIME, VOLATILITY, number,
};
use super::terms::on_asset;
use super::valued::values;
use crate::function::{Argument, Contract, Function, Lookahead};
use crate::scalar::ScalarFunction;

const CONTRACT: Contract = Contract {
    name: "digital_price",
    family: "options",
    summary: "Price of a European cash-or-nothing option: pays an amount if it ends in the money.",
    arguments: &[
        KIND,
        SPOT,
        STRIKE,
        TIME,
        RATE,
        VOLATILITY,
        DIVIDEND_YIELD,
        Argument {
            default: Some("1.0"),
            ..number("payout", "money", "amount that is paid at expiry, finite")
        },
    ],
    returns: "price today, in the unit of payout; NULL too where time or volatility is 0 and the forward is the strike",
    nulls: NULLS_AS_BS_PRICE,
    errors: ERRORS,
    lookahead: Lookahead::Row,
    source: "Rubinstein & Reiner (1991), Unscrambling the binary code, Risk 4(9)",
    example: "SELECT round(digital_price('put', 100, 80, 0.75, 0.06, 0.35, dividend_yield => 0.06, payout => 10), 4) AS put\n\
              ----\n\
              2.671",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction {
        contract: &CONTRACT,
        returns: DataType::Float64,
        prepare: |_| Ok(()),
        evaluate: |_, columns| {
            values::<7>(&CONTRACT, columns, |kind, [terms @ .., payout]| {
                let payout = Payout::Cash(payout);
                Digital { terms: on_asset(kind, terms), payout }.price().value()
            })
        },
    }
    .function()
}
