//! `put_assignment`: whether a put that was sold is to be expected to be exercised for interest.

use trademl_math::options::positions::assignment::put_assignment;

use super::arguments::number;
use super::assignment::{NULLS, PRICE, RETURNS, SPOT, STRIKE, returns, risks};
use crate::function::{Argument, Contract, Function, Lookahead};
use crate::scalar::ScalarFunction;

const CONTRACT: Contract = Contract {
    name: "put_assignment",
    family: "strategies",
    summary: "Whether the holder of an American put is to be expected to exercise it: where interest on the strike, \
              strike · (1 − e^(−rate·time)), less the dividends still to be paid is worth more than the time value given \
              up.",
    arguments: &[
        SPOT,
        STRIKE,
        PRICE,
        number("rate", "per year", "riskless rate, continuously compounded decimal"),
        number("time", "years", "years to expiry, ≥ 0"),
        Argument {
            default: Some("0.0"),
            ..number(
                "dividends",
                "money a share",
                "present value of the dividends that the share pays in that time, ≥ 0",
            )
        },
    ],
    returns: RETURNS,
    nulls: NULLS,
    errors: "spot or strike ≤ 0, price, time or dividends < 0, NaN or infinite; rate NaN or infinite",
    lookahead: Lookahead::Row,
    source: "Merton (1973), Theory of rational option pricing, Bell J. Economics 4(1); Hull, Options, Futures, and Other \
             Derivatives, on early exercise",
    example: "SELECT round(a.benefit, 4) AS benefit, round(a.shortfall, 4) AS shortfall, a.expected FROM (SELECT \
              put_assignment(80, 100, 20.05, 0.05, 0.25) AS a)\n\
              ----\n\
              1.2422 1.1922 true",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction {
        contract: &CONTRACT,
        returns: returns(),
        prepare: |_| Ok(()),
        evaluate: |_, columns| {
            risks(&CONTRACT, columns, |[spot, strike, price, rate, time, dividends]| {
                put_assignment(spot, strike, price, rate, time, dividends)
            })
        },
    }
    .function()
}
