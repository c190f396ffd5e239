//! `efi`: Elder's force index.

use trademl_math::indicators::efi::Efi;

use super::arguments::{CLOSE, VOLUME, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "efi",
    family: "indicators",
    summary: "Elder's force index: the exponential average of (close − close before) · volume.",
    arguments: &[CLOSE, VOLUME, integer("timeperiod", "13", "rows", "rows of the average, ≥ 1")],
    returns: "force [price × shares]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first timeperiod rows \
            with values give NULL",
    errors: "an argument NaN or infinite, or volume < 0 (function, value and row are named); \
             timeperiod < 1 or > 100 000",
    lookahead: Lookahead::Past,
    source: "Elder (1993), Trading for a Living; TA-Lib EFI",
    example: "SELECT day, round(efi(close, volume, 3) OVER (ORDER BY day), 4) AS efi FROM (VALUES \
              (1, 10.5, 100), (2, 11.5, 150), (3, 12.0, 120), (4, 10.75, 200), (5, 11.25, 130)) \
              AS t(day, close, volume) ORDER BY day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 NULL\n\
              4 -13.3333\n\
              5 25.8333",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite, Domain::NonNegative],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(Box::new(Efi::new(rows(call, "timeperiod", 1)?)))),
    }
    .function()
}
