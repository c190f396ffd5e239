//! `marketfi`: market facilitation index.

use trademl_math::indicators::marketfi::marketfi;

use super::arguments::{HIGH, LOW, VOLUME};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "marketfi",
    family: "indicators",
    summary: "Market facilitation index: how far the price moved for the volume, (high − low) / \
              volume.",
    arguments: &[HIGH, LOW, VOLUME],
    returns: "range a share traded [price / share]; 0 where nothing was traded",
    nulls: "a row with a NULL argument gives NULL and counts as absent; every other row has a \
            value",
    errors: "an argument NaN or infinite, or volume < 0 (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "Williams (1995), Trading Chaos; TA-Lib MARKETFI",
    example: "SELECT day, round(marketfi(high, low, volume) OVER (ORDER BY day), 4) AS marketfi \
              FROM (VALUES (1, 11.0, 9.5, 100), (2, 12.0, 10.0, 150), (3, 12.5, 11.0, 120), (4, \
              12.25, 10.5, 200)) AS t(day, high, low, volume) ORDER BY day\n\
              ----\n\
              1 0.015\n\
              2 0.0133\n\
              3 0.0125\n\
              4 0.0088",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite, Domain::Finite, Domain::NonNegative],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|_| Ok(Box::new(marketfi()))),
    }
    .function()
}
