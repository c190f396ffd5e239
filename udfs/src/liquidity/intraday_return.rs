//! `intraday_return`: the return from the open to the close.

use datafusion::arrow::datatypes::DataType;

use super::arguments::{CLOSE, OPEN};
use super::per_row::per_row;
use crate::function::{Contract, Function, Lookahead};
use crate::scalar::ScalarFunction;
use crate::window::Domain;

const CONTRACT: Contract = Contract {
    name: "intraday_return",
    family: "liquidity",
    summary: "Intraday return: close / open − 1.",
    arguments: &[OPEN, CLOSE],
    returns: "simple return [1]",
    nulls: "a NULL argument gives NULL",
    errors: "an argument NaN, infinite or ≤ 0 (function and value are named)",
    lookahead: Lookahead::Row,
    source: "definition",
    example: "SELECT i, round(intraday_return(open, close), 6) AS ret FROM (VALUES (1, 100.0, \
              101.0), (2, 104.0, 103.0), (3, NULL, 100.0)) AS t(i, open, close) ORDER BY i\n\
              ----\n\
              1 0.01\n\
              2 -0.009615\n\
              3 NULL",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction {
        contract: &CONTRACT,
        returns: DataType::Float64,
        prepare: |_| Ok(()),
        evaluate: |_, columns| {
            per_row(&CONTRACT, columns, [Domain::Price, Domain::Price], |[open, close]| {
                (close - open) / open
            })
        },
    }
    .function()
}
