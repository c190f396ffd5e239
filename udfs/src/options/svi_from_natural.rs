//! `svi_from_natural`: the raw parameters of an SVI slice from its natural ones.

use datafusion::arrow::datatypes::DataType;
use trademl_math::options::svi::natural::NaturalSvi;

use super::arguments::number;
use super::svi_columns::{ERRORS, RHO, fields, rows, structs};
use crate::function::{Contract, Function, Lookahead};
use crate::scalar::ScalarFunction;

const NUMBERS: [&str; 5] = ["a", "b", "rho", "m", "sigma"];

const CONTRACT: Contract = Contract {
    name: "svi_from_natural",
    family: "options",
    summary: "The raw parameters of the SVI slice with these natural parameters.",
    arguments: &[
        number("delta", "total variance", "shift of the slice"),
        number("mu", "1", "log-moneyness at which total variance is delta + omega"),
        RHO,
        number("omega", "total variance", "height above delta at mu, ≥ 0"),
        number("zeta", "1", "steepness per log-moneyness, > 0"),
    ],
    returns: "STRUCT of DOUBLE: a, b, rho, m, sigma",
    nulls: "a NULL argument gives NULL, and so do parameters out of their ranges and a slice that falls below 0",
    errors: ERRORS,
    lookahead: Lookahead::Row,
    source: "Gatheral & Jacquier (2014), Quantitative Finance 14(1), Lemma 3.1",
    example: "SELECT round(r.a, 6) AS a, round(r.b, 6) AS b, r.rho, round(r.m, 6) AS m, round(r.sigma, 6) AS sigma FROM (SELECT \
              svi_from_natural(-0.024, -0.05, -0.6, 0.2, 4.0) AS r)\n\
              ----\n\
              0.04 0.4 -0.6 0.1 0.2",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction {
        contract: &CONTRACT,
        returns: DataType::Struct(fields(&NUMBERS, &[])),
        prepare: |_| Ok(()),
        evaluate: |_, columns| {
            let raw = rows::<5>(&CONTRACT, columns)?.map(|row| {
                let [delta, mu, rho, omega, zeta] = row?;
                let raw = NaturalSvi { delta, mu, rho, omega, zeta }.to_raw()?;
                Some(([raw.a(), raw.b(), raw.rho(), raw.m(), raw.sigma()], []))
            });
            structs(fields(&NUMBERS, &[]), raw)
        },
    }
    .function()
}
