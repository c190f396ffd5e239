//! `rvol`: relative volume.

use trademl_math::indicators::rvol::Rvol;

use super::arguments::{VOLUME, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "rvol",
    family: "indicators",
    summary: "Relative volume: the volume over the mean volume of the timeperiod rows before.",
    arguments: &[VOLUME, integer("timeperiod", "20", "rows", "rows before that are averaged, ≥ 1")],
    returns: "multiple of the usual volume [1]",
    nulls: "a NULL row gives NULL and counts as absent; the first timeperiod rows with values \
            give NULL, and so does a row after timeperiod rows without volume",
    errors: "an argument NaN or infinite, or volume < 0 (function, value and row are named); \
             timeperiod < 1 or > 100 000",
    lookahead: Lookahead::Past,
    source: "definition; TA-Lib RVOL",
    example: "SELECT day, round(rvol(volume, 3) OVER (ORDER BY day), 4) AS rvol FROM (VALUES (1, \
              100), (2, 150), (3, 120), (4, 200), (5, 130)) AS t(day, volume) ORDER BY day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 NULL\n\
              4 1.6216\n\
              5 0.8298",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::NonNegative],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            Ok(Box::new(Rvol::new(rows(call, "timeperiod", 1)?)))
        }),
    }
    .function()
}
