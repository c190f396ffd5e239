//! `svi_jump_wings`: an SVI slice in the parameters that traders read.

use datafusion::arrow::datatypes::DataType;
use trademl_math::options::svi::jump_wings::JumpWings;

use super::arguments::number;
use super::svi_columns::{A, B, ERRORS, M, NULLS, RHO, SIGMA, fields, rows, slice, structs};
use crate::function::{Contract, Function, Lookahead};
use crate::scalar::ScalarFunction;

const NUMBERS: [&str; 5] = ["variance", "skew", "put_wing", "call_wing", "minimum_variance"];

const CONTRACT: Contract = Contract {
    name: "svi_jump_wings",
    family: "options",
    summary: "The jump-wings parameters (SVI-JW) of a raw SVI slice.",
    arguments: &[A, B, RHO, M, SIGMA, number("time", "years", "years to expiry, > 0")],
    returns: "STRUCT of DOUBLE: variance v (implied variance at the money, a year), skew ψ, put_wing p, call_wing c, \
              minimum_variance ṽ",
    nulls: NULLS,
    errors: ERRORS,
    lookahead: Lookahead::Row,
    source: "Gatheral & Jacquier (2014), Arbitrage-free SVI volatility surfaces, Quantitative Finance 14(1)",
    example: "SELECT round(j.variance, 12) AS v, round(j.skew, 12) AS psi, round(j.put_wing, 12) AS p, round(j.call_wing, \
              12) AS c, round(j.minimum_variance, 12) AS vt FROM (SELECT svi_jump_wings(-0.0410, 0.1331, 0.3060, 0.3586, \
              0.4153, 1) AS j)\n\
              ----\n\
              0.017426252555 -0.175211140809 0.699738104117 1.316798218986 0.011624903235",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction {
        contract: &CONTRACT,
        returns: DataType::Struct(fields(&NUMBERS, &[])),
        prepare: |_| Ok(()),
        evaluate: |_, columns| {
            let wings = rows::<6>(&CONTRACT, columns)?.map(|row| {
                let [raw @ .., years] = row?;
                let j = JumpWings::from_raw(&slice(raw)?, years)?;
                Some(([j.variance, j.skew, j.put_wing, j.call_wing, j.minimum_variance], []))
            });
            structs(fields(&NUMBERS, &[]), wings)
        },
    }
    .function()
}
