//! `plus_dm`: plus directional movement.

use trademl_math::indicators::directional_movement::{Dm, Side};

use super::arguments::{HIGH, LOW, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "plus_dm",
    family: "indicators",
    summary: "Directional movement, up: the high less the high before, where that is above 0 and \
              above the fall of the low, else 0; summed over timeperiod − 1 changes, from then \
              on S − S / timeperiod + the new value.",
    arguments: &[HIGH, LOW, integer("timeperiod", "14", "rows", "rows of the sum, ≥ 1")],
    returns: "sum [price]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first timeperiod − 1 \
            rows with values (with timeperiod 1 the first one) give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod < 1 or \
             > 100 000",
    lookahead: Lookahead::Past,
    source: "Wilder (1978), New Concepts in Technical Trading Systems, section IV; TA-Lib \
             PLUS_DM",
    example: "SELECT day, round(plus_dm(high, low, 3) OVER (ORDER BY day), 4) AS plus_dm FROM \
              (VALUES (1, 11.0, 9.5), (2, 12.0, 10.0), (3, 12.5, 11.0), (4, 12.25, 10.5)) AS \
              t(day, high, low) ORDER BY day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 1.5\n\
              4 1.0",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            Ok(Box::new(Dm::new(Side::Plus, rows(call, "timeperiod", 1)?)))
        }),
    }
    .function()
}
