//! `microprice`: the middle of the best quotes, weighted by size.

use datafusion::arrow::datatypes::DataType;
use trademl_math::liquidity::microprice::microprice;

use super::arguments::{ASK, ASK_SIZE, BID, BID_SIZE};
use super::per_row::per_row;
use crate::function::{Contract, Function, Lookahead};
use crate::scalar::ScalarFunction;
use crate::window::Domain;

const CONTRACT: Contract = Contract {
    name: "microprice",
    family: "liquidity",
    summary: "Weighted mid-price: (bid · ask_size + ask · bid_size) / (bid_size + ask_size), \
              nearer to the side with less size.",
    arguments: &[BID, BID_SIZE, ASK, ASK_SIZE],
    returns: "price [price]",
    nulls: "a NULL argument, and two sizes of 0, give NULL",
    errors: "an argument NaN, infinite or outside its range (function and value are named)",
    lookahead: Lookahead::Row,
    source: "Gatheral & Oomen (2010), Zero-Intelligence Realized Variance Estimation, Finance \
             and Stochastics 14(2); Stoikov (2018), The Micro-Price, Quantitative Finance \
             18(12), which corrects it further",
    example: "SELECT i, round(microprice(bid, bid_size, ask, ask_size), 6) AS price FROM \
              (VALUES (1, 100.0, 30.0, 100.1, 10.0), (2, 100.0, 10.0, 100.1, 10.0), (3, 100.0, \
              0.0, 100.1, 0.0), (4, 100.0, 0.0, 100.1, 5.0), (5, NULL, 1.0, 100.1, 5.0)) AS \
              t(i, bid, bid_size, ask, ask_size) ORDER BY i\n\
              ----\n\
              1 100.075\n\
              2 100.05\n\
              3 NULL\n\
              4 100.0\n\
              5 NULL",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction {
        contract: &CONTRACT,
        returns: DataType::Float64,
        prepare: |_| Ok(()),
        evaluate: |_, columns| {
            per_row(
                &CONTRACT,
                columns,
                [Domain::Price, Domain::NonNegative, Domain::Price, Domain::NonNegative],
                |[bid, bid_size, ask, ask_size]| microprice(bid, bid_size, ask, ask_size),
            )
        },
    }
    .function()
}
