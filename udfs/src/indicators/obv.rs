//! `obv`: on balance volume.

use trademl_math::indicators::obv::Obv;

use super::arguments::{CLOSE, VOLUME};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "obv",
    family: "indicators",
    summary: "On balance volume: the volume of rows that closed higher less that of rows that \
              closed lower, so far, begun with the first row's volume.",
    arguments: &[CLOSE, VOLUME],
    returns: "balance [shares]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; every other row has a \
            value",
    errors: "an argument NaN or infinite, or volume < 0 (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "Granville (1963), New Key to Stock Market Profits; TA-Lib OBV",
    example: "SELECT day, round(obv(close, volume) OVER (ORDER BY day), 4) AS obv FROM (VALUES \
              (1, 10.5, 100), (2, 11.5, 150), (3, 12.0, 120), (4, 10.75, 200)) AS t(day, close, \
              volume) ORDER BY day\n\
              ----\n\
              1 100.0\n\
              2 250.0\n\
              3 370.0\n\
              4 170.0",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite, Domain::NonNegative],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|_| Ok(Box::new(Obv::new()))),
    }
    .function()
}
