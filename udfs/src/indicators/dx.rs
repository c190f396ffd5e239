//! `dx`: directional movement index.

use trademl_math::indicators::dx::Dx;

use super::arguments::{CLOSE, HIGH, LOW, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "dx",
    family: "indicators",
    summary: "Directional movement index: 100 · |`plus_di` − `minus_di`| / (`plus_di` + \
              `minus_di`).",
    arguments: &[
        HIGH,
        LOW,
        CLOSE,
        integer("timeperiod", "14", "rows", "rows of the movements, ≥ 2"),
    ],
    returns: "index 0 … 100 [1]; where nothing moved the value before, at first 0",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first timeperiod \
            rows with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod < 2 or \
             > 100 000",
    lookahead: Lookahead::Past,
    source: "Wilder (1978), New Concepts in Technical Trading Systems, section IV; TA-Lib DX",
    example: "SELECT day, round(dx(high, low, close, 3) OVER (ORDER BY day), 4) AS dx FROM \
              (VALUES (1, 11.0, 9.5, 10.5), (2, 12.0, 10.0, 11.5), (3, 12.5, 11.0, 12.0), \
              (4, 12.25, 10.5, 10.75), (5, 11.5, 10.25, 11.25)) AS t(day, high, low, close) \
              ORDER BY day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 NULL\n\
              4 33.3333\n\
              5 6.6667",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(Box::new(Dx::new(rows(call, "timeperiod", 2)?)))),
    }
    .function()
}
