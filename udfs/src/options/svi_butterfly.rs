//! `svi_butterfly`: whether an SVI slice has butterfly arbitrage.

use datafusion::arrow::datatypes::DataType;

use super::svi_columns::{A, B, ERRORS, M, NULLS, RHO, SIGMA, fields, rows, slice, structs};
use crate::function::{Contract, Function, Lookahead};
use crate::scalar::ScalarFunction;

const NUMBERS: [&str; 2] = ["minimum", "at"];
const FLAGS: [&str; 2] = ["within_lee", "is_free"];

const CONTRACT: Contract = Contract {
    name: "svi_butterfly",
    family: "options",
    summary: "The butterfly check of a raw SVI slice over the whole line, not over samples: where Durrleman's g, which \
              has the sign of the density, is lowest.",
    arguments: &[A, B, RHO, M, SIGMA],
    returns: "STRUCT: minimum DOUBLE, the lowest g; at DOUBLE, the log-moneyness where it is (±inf at an end); within_lee \
              BOOLEAN, b(1 + |rho|) < 2; is_free BOOLEAN, no butterfly arbitrage",
    nulls: NULLS,
    errors: ERRORS,
    lookahead: Lookahead::Row,
    source: "Gatheral & Jacquier (2014), Arbitrage-free SVI volatility surfaces, Quantitative Finance 14(1); Lee (2004), \
             Mathematical Finance 14(3)",
    example: "SELECT round(c.minimum, 9) AS minimum, round(c.at, 6) AS at, c.within_lee, c.is_free FROM \
              (SELECT svi_butterfly(-0.0410, 0.1331, 0.3060, 0.3586, 0.4153) AS c)\n\
              ----\n\
              -0.032863573 0.879263 true false",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction {
        contract: &CONTRACT,
        returns: DataType::Struct(fields(&NUMBERS, &FLAGS)),
        prepare: |_| Ok(()),
        evaluate: |_, columns| {
            let checked = rows::<5>(&CONTRACT, columns)?.map(|row| {
                let check = slice(row?)?.butterfly();
                Some(([check.minimum, check.at], [check.within_lee, check.is_free()]))
            });
            structs(fields(&NUMBERS, &FLAGS), checked)
        },
    }
    .function()
}
