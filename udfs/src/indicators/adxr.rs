//! `adxr`: average directional index rating.

use trademl_math::indicators::adx::Adxr;

use super::arguments::{CLOSE, HIGH, LOW, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "adxr",
    family: "indicators",
    summary: "Average directional index rating: the mean of `adx` and the `adx` of timeperiod − \
              1 rows ago.",
    arguments: &[
        HIGH,
        LOW,
        CLOSE,
        integer(
            "timeperiod",
            "14",
            "rows",
            "rows of the movements, of the average, and one more than between the two averages, ≥ 2",
        ),
    ],
    returns: "index 0 … 100 [1]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 3 · timeperiod \
            − 2 rows with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod < 2 or \
             > 100 000",
    lookahead: Lookahead::Past,
    source: "Wilder (1978), New Concepts in Technical Trading Systems, section IV; TA-Lib ADXR",
    example: "SELECT day, round(adxr(high, low, close, 2) OVER (ORDER BY day), 4) AS adxr FROM \
              (VALUES (1, 11.0, 9.5, 10.5), (2, 12.0, 10.0, 11.5), (3, 12.5, 11.0, 12.0), \
              (4, 12.25, 10.5, 10.75), (5, 11.5, 10.25, 11.25), (6, 13.0, 11.0, 12.75)) AS \
              t(day, high, low, close) ORDER BY day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 NULL\n\
              4 NULL\n\
              5 45.8333\n\
              6 49.5833",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            Ok(Box::new(Adxr::new(rows(call, "timeperiod", 2)?)))
        }),
    }
    .function()
}
