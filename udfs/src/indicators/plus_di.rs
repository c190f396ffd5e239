//! `plus_di`: plus directional indicator.

use trademl_math::indicators::directional_movement::{Di, Side};

use super::arguments::{CLOSE, HIGH, LOW, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "plus_di",
    family: "indicators",
    summary: "Directional indicator, up: 100 · +DM / true range, both smoothed as in `plus_dm`.",
    arguments: &[
        HIGH,
        LOW,
        CLOSE,
        integer("timeperiod", "14", "rows", "rows of the movements, ≥ 1"),
    ],
    returns: "index 0 … 100 [1], with timeperiod 1 a share 0 … 1 as in TA-Lib; 0 without range",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first timeperiod \
            rows with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod < 1 or \
             > 100 000",
    lookahead: Lookahead::Past,
    source: "Wilder (1978), New Concepts in Technical Trading Systems, section IV; TA-Lib \
             PLUS_DI",
    example: "SELECT day, round(plus_di(high, low, close, 3) OVER (ORDER BY day), 4) AS plus_di \
              FROM (VALUES (1, 11.0, 9.5, 10.5), (2, 12.0, 10.0, 11.5), (3, 12.5, 11.0, 12.0), \
              (4, 12.25, 10.5, 10.75), (5, 11.5, 10.25, 11.25)) AS t(day, high, low, close) \
              ORDER BY day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 NULL\n\
              4 24.4898\n\
              5 16.7832",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            Ok(Box::new(Di::new(Side::Plus, rows(call, "timeperiod", 1)?)))
        }),
    }
    .function()
}
