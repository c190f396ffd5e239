//! `dollar_volume`: the value traded.

use datafusion::arrow::datatypes::DataType;

use super::arguments::{VOLUME, column};
use super::per_row::per_row;
use crate::function::{Contract, Function, Lookahead};
use crate::scalar::ScalarFunction;
use crate::window::Domain;

const CONTRACT: Contract = Contract {
    name: "dollar_volume",
    family: "liquidity",
    summary: "Value traded: price · volume.",
    arguments: &[
        column("price", "price", "price of the volume, > 0; usually the close or the VWAP"),
        VOLUME,
    ],
    returns: "value [currency]",
    nulls: "a NULL argument gives NULL",
    errors: "an argument NaN, infinite or outside its range (function and value are named)",
    lookahead: Lookahead::Row,
    source: "definition",
    example: "SELECT i, round(dollar_volume(price, volume), 6) AS x FROM (VALUES (1, 10.0, \
              1000.0), (2, 10.5, 0.0), (3, NULL, 100.0)) AS t(i, price, volume) ORDER BY i\n\
              ----\n\
              1 10000.0\n\
              2 0.0\n\
              3 NULL",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction {
        contract: &CONTRACT,
        returns: DataType::Float64,
        prepare: |_| Ok(()),
        evaluate: |_, columns| {
            per_row(&CONTRACT, columns, [Domain::Price, Domain::NonNegative], |[price, volume]| {
                price * volume
            })
        },
    }
    .function()
}
