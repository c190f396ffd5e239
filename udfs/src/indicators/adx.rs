//! `adx`: average directional index.

use trademl_math::indicators::adx::Adx;

use super::arguments::{CLOSE, HIGH, LOW, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "adx",
    family: "indicators",
    summary: "Average directional index: Wilder's average of the directional movement index \
              (`dx`), the strength of a trend in either direction.",
    arguments: &[
        HIGH,
        LOW,
        CLOSE,
        integer("timeperiod", "14", "rows", "rows of the movements, and of the average, ≥ 2"),
    ],
    returns: "index 0 … 100 [1]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 2 · timeperiod \
            − 1 rows with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod < 2 or \
             > 100 000",
    lookahead: Lookahead::Past,
    source: "Wilder (1978), New Concepts in Technical Trading Systems, section IV; TA-Lib ADX",
    example: "SELECT day, round(adx(high, low, close, 2) OVER (ORDER BY day), 4) AS adx FROM \
              (VALUES (1, 11.0, 9.5, 10.5), (2, 12.0, 10.0, 11.5), (3, 12.5, 11.0, 12.0), \
              (4, 12.25, 10.5, 10.75), (5, 11.5, 10.25, 11.25)) AS t(day, high, low, close) \
              ORDER BY day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 NULL\n\
              4 50.0\n\
              5 41.6667",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(Box::new(Adx::new(rows(call, "timeperiod", 2)?)))),
    }
    .function()
}
