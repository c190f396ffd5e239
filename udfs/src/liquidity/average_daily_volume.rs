//! `average_daily_volume`: the mean volume of the last rows.

use trademl_math::liquidity::average_volume::average_volume;

use super::arguments::{VOLUME, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "average_daily_volume",
    family: "liquidity",
    summary: "Average volume of the last n rows (ADV, if a row is a day).",
    arguments: &[VOLUME, rows("n", "20", "window, ≥ 1")],
    returns: "volume [shares per row]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first n − 1 rows \
            with values give NULL",
    errors: "an argument NaN or infinite or < 0 (function, value and row are named); n < 1",
    lookahead: Lookahead::Past,
    source: "definition",
    example: "SELECT i, round(average_daily_volume(volume, 2) OVER (ORDER BY i), 6) AS adv FROM \
              (VALUES (1, 1000), (2, 1200), (3, 900), (4, 1500), (5, 2000), (6, 1100)) AS t(i, \
              volume) ORDER BY i\n\
              ----\n\
              1 NULL\n\
              2 1100.0\n\
              3 1050.0\n\
              4 1200.0\n\
              5 1750.0\n\
              6 1550.0",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::NonNegative],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(Box::new(average_volume(call.count("n", 1)?)))),
    }
    .function()
}
