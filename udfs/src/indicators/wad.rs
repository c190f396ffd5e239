//! `wad`: Williams' accumulation/distribution.

use trademl_math::indicators::wad::Wad;

use super::arguments::{CLOSE, HIGH, LOW};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "wad",
    family: "indicators",
    summary: "Williams' accumulation/distribution without volume: the running sum, from 0 in the \
              first row on, of close − min(low, close before) where the close rose and close − \
              max(high, close before) where it fell. It depends on where the rows begin.",
    arguments: &[HIGH, LOW, CLOSE],
    returns: "running sum [price]",
    nulls: "a row with a NULL argument gives NULL and counts as absent",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "Achelis (2000), Technical Analysis from A to Z, 2nd ed., p. 368; TA-Lib WAD",
    example: "SELECT day, round(wad(high, low, close) OVER (ORDER BY day), 4) AS wad FROM \
              (VALUES (1, 11.0, 9.5, 10.5), (2, 12.0, 10.0, 11.5), (3, 12.5, 11.0, 12.0)) AS \
              t(day, high, low, close) ORDER BY day\n\
              ----\n\
              1 0.0\n\
              2 1.5\n\
              3 2.5",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|_| Ok(Box::new(Wad::default()))),
    }
    .function()
}
