//! `call_assignment`: whether a call that was sold is to be expected to be exercised for a dividend.

use trademl_math::options::positions::assignment::call_assignment;

use super::arguments::number;
use super::assignment::{NULLS, PRICE, RETURNS, SPOT, STRIKE, returns, risks};
use crate::function::{Contract, Function, Lookahead};
use crate::scalar::ScalarFunction;

const CONTRACT: Contract = Contract {
    name: "call_assignment",
    family: "strategies",
    summary: "Whether the holder of an American call is to be expected to exercise it on the last day before its share \
              goes ex: where the dividend is worth more than the time value given up. Spot and price are with the \
              dividend.",
    arguments: &[
        SPOT,
        STRIKE,
        PRICE,
        number("dividend", "money a share", "cash dividend that goes with the next ex-date, ≥ 0"),
    ],
    returns: RETURNS,
    nulls: NULLS,
    errors: "spot or strike ≤ 0, price or dividend < 0, NaN or infinite",
    lookahead: Lookahead::Row,
    source: "Merton (1973), Theory of rational option pricing, Bell J. Economics 4(1); Hull, Options, Futures, and Other \
             Derivatives, on early exercise",
    example: "SELECT round(a.time_value, 2) AS time_value, round(a.shortfall, 2) AS shortfall, a.expected FROM (SELECT \
              call_assignment(50, 45, 5.10, 0.60) AS a)\n\
              ----\n\
              0.1 0.5 true",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction {
        contract: &CONTRACT,
        returns: returns(),
        prepare: |_| Ok(()),
        evaluate: |_, columns| {
            risks(&CONTRACT, columns, |[spot, strike, price, dividend]| {
                call_assignment(spot, strike, price, dividend)
            })
        },
    }
    .function()
}
