//! `days_since_event`: days since the last event.

use trademl_math::liquidity::event::time_since_event;

use super::arguments::{EVENT, column};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "days_since_event",
    family: "liquidity",
    summary: "Days since the last row with an event: day less the day of that row, 0 on it. \
              Only events of the row and before it count: flag an event in the row in which it \
              is known.",
    arguments: &[EVENT, column("day", "days", "number of the day, such as CAST(date AS INT)")],
    returns: "distance [unit of day]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; rows before the first \
            event give NULL",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "definition",
    example: "SELECT i, round(days_since_event(event, day) OVER (ORDER BY i), 6) AS ago FROM \
              (VALUES (1, 0, 100), (2, 1, 101), (3, 0, 104), (4, 0, 105), (5, 1, 106), (6, 0, \
              109)) AS t(i, event, day) ORDER BY i\n\
              ----\n\
              1 NULL\n\
              2 0.0\n\
              3 3.0\n\
              4 4.0\n\
              5 0.0\n\
              6 3.0",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|_| Ok(Box::new(time_since_event()))),
    }
    .function()
}
