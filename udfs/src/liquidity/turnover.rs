//! `turnover`: the share of a company that changed hands.

use datafusion::arrow::datatypes::DataType;

use super::arguments::{VOLUME, column};
use super::per_row::per_row;
use crate::function::{Contract, Function, Lookahead};
use crate::scalar::ScalarFunction;
use crate::window::Domain;

const CONTRACT: Contract = Contract {
    name: "turnover",
    family: "liquidity",
    summary: "Turnover: volume / shares_outstanding, the share of the company that was traded \
              in the row.",
    arguments: &[VOLUME, column("shares_outstanding", "shares", "shares outstanding, > 0")],
    returns: "turnover [1]",
    nulls: "a NULL argument gives NULL",
    errors: "an argument NaN, infinite or outside its range (function and value are named)",
    lookahead: Lookahead::Row,
    source: "definition; Datar, Naik & Radcliffe (1998), J. Financial Markets 1(2)",
    example: "SELECT i, round(turnover(volume, shares_outstanding), 6) AS x FROM (VALUES (1, \
              1000.0, 50000.0), (2, 2500.0, 50000.0), (3, 0.0, 50000.0), (4, NULL, 50000.0)) AS \
              t(i, volume, shares_outstanding) ORDER BY i\n\
              ----\n\
              1 0.02\n\
              2 0.05\n\
              3 0.0\n\
              4 NULL",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction {
        contract: &CONTRACT,
        returns: DataType::Float64,
        prepare: |_| Ok(()),
        evaluate: |_, columns| {
            per_row(&CONTRACT, columns, [Domain::NonNegative, Domain::Price], |[volume, shares]| {
                volume / shares
            })
        },
    }
    .function()
}
