//! `distance_to_event`: rows since the last event.

use trademl_math::liquidity::event::rows_since_event;

use super::arguments::EVENT;
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "distance_to_event",
    family: "liquidity",
    summary: "Rows since the last row with an event, 0 on that row itself; see days_since_event \
              for days. Only events of the row and before it count: flag an event in the row in \
              which it is known.",
    arguments: &[EVENT],
    returns: "distance [rows], integer",
    nulls: "a row with a NULL argument gives NULL and counts as absent; rows before the first \
            event give NULL",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "definition",
    example: "SELECT i, distance_to_event(event) OVER (ORDER BY i) AS ago FROM (VALUES (1, 0), \
              (2, 1), (3, 0), (4, 0), (5, 1), (6, 0)) AS t(i, event) ORDER BY i\n\
              ----\n\
              1 NULL\n\
              2 0\n\
              3 1\n\
              4 2\n\
              5 0\n\
              6 1",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Integer,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|_| Ok(Box::new(rows_since_event()))),
    }
    .function()
}
