//! `bop`: balance of power.

use trademl_math::indicators::bop::bop;

use super::arguments::{CLOSE, HIGH, LOW, OPEN};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "bop",
    family: "indicators",
    summary: "Balance of power: (close − open) / (high − low).",
    arguments: &[OPEN, HIGH, LOW, CLOSE],
    returns: "share −1 … 1 [1]; 0 where high ≤ low",
    nulls: "a row with a NULL argument gives NULL and counts as absent",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "Livshin (2001), Balance of Power, Stocks & Commodities 19(8); TA-Lib BOP",
    example: "SELECT day, round(bop(open, high, low, close) OVER (ORDER BY day), 4) AS bop FROM \
              (VALUES (1, 10.0, 11.0, 9.5, 10.5), (2, 10.5, 12.0, 10.0, 11.5), \
              (3, 11.5, 12.5, 11.0, 12.0)) AS t(day, open, high, low, close) ORDER BY day\n\
              ----\n\
              1 0.3333\n\
              2 0.5\n\
              3 0.3333",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|_| Ok(Box::new(bop()))),
    }
    .function()
}
