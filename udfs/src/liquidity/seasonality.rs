//! `seasonality`: what was usual for a slot.

use trademl_math::liquidity::seasonality::Seasonality;

use super::arguments::{column, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "seasonality",
    family: "liquidity",
    summary: "Mean of x over the last n earlier rows with the same slot; the row itself is not \
              among them, so that x can be compared with what was to be expected.",
    arguments: &[
        column("x", "any", "value"),
        column("slot", "–", "number of the slot: the month, the weekday, the minute of the day"),
        rows("n", "20", "window, earlier rows of the slot, ≥ 1"),
    ],
    returns: "mean [unit of x]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first n rows of a \
            slot give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); n < 1",
    lookahead: Lookahead::Past,
    source: "definition; Heston & Sadka (2008), Seasonality in the Cross-Section of Stock \
             Returns, J. Financial Economics 87(2)",
    example: "SELECT i, round(seasonality(x, slot, 2) OVER (ORDER BY i), 6) AS usual FROM \
              (VALUES (1, 10.0, 1), (2, 20.0, 2), (3, 12.0, 1), (4, 26.0, 2), (5, 17.0, 1), (6, \
              0.0, 3), (7, 30.0, 2)) AS t(i, x, slot) ORDER BY i\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 NULL\n\
              4 NULL\n\
              5 11.0\n\
              6 NULL\n\
              7 23.0",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(Box::new(Seasonality::new(call.count("n", 1)?)))),
    }
    .function()
}
