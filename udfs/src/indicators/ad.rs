//! `ad`: accumulation/distribution line.

use trademl_math::indicators::ad::Ad;

use super::arguments::{CLOSE, HIGH, LOW, VOLUME};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "ad",
    family: "indicators",
    summary: "Chaikin's accumulation/distribution line: the sum so far of volume · ((close − low) \
              − (high − close)) / (high − low), where a row without a range adds 0.",
    arguments: &[HIGH, LOW, CLOSE, VOLUME],
    returns: "money flow volume so far [shares]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; every other row has a \
            value",
    errors: "an argument NaN or infinite, or volume < 0 (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "Chaikin; TA-Lib AD",
    example: "SELECT day, round(ad(high, low, close, volume) OVER (ORDER BY day), 4) AS ad FROM \
              (VALUES (1, 11.0, 9.5, 10.5, 100), (2, 12.0, 10.0, 11.5, 150), (3, 12.5, 11.0, \
              12.0, 120), (4, 12.25, 10.5, 10.75, 200)) AS t(day, high, low, close, volume) ORDER \
              BY day\n\
              ----\n\
              1 33.3333\n\
              2 108.3333\n\
              3 148.3333\n\
              4 5.4762",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite, Domain::Finite, Domain::Finite, Domain::NonNegative],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|_| Ok(Box::new(Ad::new()))),
    }
    .function()
}
