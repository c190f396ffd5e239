//! `pvt`: price volume trend.

use trademl_math::indicators::pvt::Pvt;

use super::arguments::{CLOSE, VOLUME};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "pvt",
    family: "indicators",
    summary: "Price volume trend: the sum so far of volume times the return of its row, begun \
              with 0.",
    arguments: &[CLOSE, VOLUME],
    returns: "trend [shares]; a close before of 0 has no return and adds nothing",
    nulls: "a row with a NULL argument gives NULL and counts as absent; every other row has a \
            value",
    errors: "an argument NaN or infinite, or volume < 0 (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "definition; TA-Lib PVT",
    example: "SELECT day, round(pvt(close, volume) OVER (ORDER BY day), 4) AS pvt FROM (VALUES \
              (1, 10.5, 100), (2, 11.5, 150), (3, 12.0, 120), (4, 10.75, 200)) AS t(day, close, \
              volume) ORDER BY day\n\
              ----\n\
              1 0.0\n\
              2 14.2857\n\
              3 19.5031\n\
              4 -1.3302",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite, Domain::NonNegative],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|_| Ok(Box::new(Pvt::new()))),
    }
    .function()
}
