//! `svi_natural`: an SVI slice in its natural parameters.

use datafusion::arrow::datatypes::DataType;
use trademl_math::options::svi::natural::NaturalSvi;

use super::svi_columns::{A, B, ERRORS, M, NULLS, RHO, SIGMA, fields, rows, slice, structs};
use crate::function::{Contract, Function, Lookahead};
use crate::scalar::ScalarFunction;

const NUMBERS: [&str; 5] = ["delta", "mu", "rho", "omega", "zeta"];

const CONTRACT: Contract = Contract {
    name: "svi_natural",
    family: "options",
    summary: "The natural parameters of a raw SVI slice: w(k) = Δ + ω/2·(1 + ζρ(k − μ) + √((ζ(k − μ) + ρ)² + 1 − ρ²)).",
    arguments: &[A, B, RHO, M, SIGMA],
    returns: "STRUCT of DOUBLE: delta Δ and omega ω, in total variance; mu μ, a log-moneyness; rho ρ; zeta ζ, per log-moneyness",
    nulls: NULLS,
    errors: ERRORS,
    lookahead: Lookahead::Row,
    source: "Gatheral & Jacquier (2014), Quantitative Finance 14(1), eq. 3.2 and Lemma 3.1",
    example: "SELECT round(n.delta, 6) AS delta, round(n.mu, 6) AS mu, n.rho, round(n.omega, 6) AS omega, round(n.zeta, 6) AS zeta FROM \
              (SELECT svi_natural(0.04, 0.4, -0.6, 0.1, 0.2) AS n)\n\
              ----\n\
              -0.024 -0.05 -0.6 0.2 4.0",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction {
        contract: &CONTRACT,
        returns: DataType::Struct(fields(&NUMBERS, &[])),
        prepare: |_| Ok(()),
        evaluate: |_, columns| {
            let natural = rows::<5>(&CONTRACT, columns)?.map(|row| {
                let n = NaturalSvi::from(slice(row?)?);
                Some(([n.delta, n.mu, n.rho, n.omega, n.zeta], []))
            });
            structs(fields(&NUMBERS, &[]), natural)
        },
    }
    .function()
}
