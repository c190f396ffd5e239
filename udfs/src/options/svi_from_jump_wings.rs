//! `svi_from_jump_wings`: the raw parameters of an SVI slice from those that traders read.

use datafusion::arrow::datatypes::DataType;
use trademl_math::options::svi::jump_wings::JumpWings;

use super::arguments::number;
use super::svi_columns::{ERRORS, fields, rows, structs};
use crate::function::{Contract, Function, Lookahead};
use crate::scalar::ScalarFunction;

const NUMBERS: [&str; 5] = ["a", "b", "rho", "m", "sigma"];

const CONTRACT: Contract = Contract {
    name: "svi_from_jump_wings",
    family: "options",
    summary: "The raw parameters of the SVI slice with these jump-wings parameters (SVI-JW).",
    arguments: &[
        number("variance", "per year", "implied variance at the money, > 0"),
        number("skew", "1", "slope of implied volatility at the money, times √time"),
        number("put_wing", "1", "slope of the left wing over the root of total variance, ≥ 0"),
        number("call_wing", "1", "slope of the right wing over the root of total variance, ≥ 0"),
        number("minimum_variance", "per year", "lowest implied variance"),
        number("time", "years", "years to expiry, > 0"),
    ],
    returns: "STRUCT of DOUBLE: a, b, rho, m, sigma",
    nulls: "a NULL argument gives NULL, and so do parameters that no slice has, or more than one (a skew of 0 does not say \
            how wide the bend is)",
    errors: ERRORS,
    lookahead: Lookahead::Row,
    source: "Gatheral & Jacquier (2014), Arbitrage-free SVI volatility surfaces, Quantitative Finance 14(1)",
    example: "SELECT round(r.a, 6) AS a, round(r.b, 6) AS b, round(r.rho, 6) AS rho, round(r.m, 6) AS m, round(r.sigma, 6) \
              AS sigma FROM (SELECT svi_from_jump_wings(0.017426252555, -0.175211140809, 0.699738104117, 1.316798218986, \
              0.011624903235, 1) AS r)\n\
              ----\n\
              -0.041 0.1331 0.306 0.3586 0.4153",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction {
        contract: &CONTRACT,
        returns: DataType::Struct(fields(&NUMBERS, &[])),
        prepare: |_| Ok(()),
        evaluate: |_, columns| {
            let raw = rows::<6>(&CONTRACT, columns)?.map(|row| {
                let [variance, skew, put_wing, call_wing, minimum_variance, years] = row?;
                let wings =
                    JumpWings { variance, skew, put_wing, call_wing, minimum_variance, years };
                let raw = wings.to_raw()?;
                Some(([raw.a(), raw.b(), raw.rho(), raw.m(), raw.sigma()], []))
            });
            structs(fields(&NUMBERS, &[]), raw)
        },
    }
    .function()
}
