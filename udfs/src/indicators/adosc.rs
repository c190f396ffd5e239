//! `adosc`: accumulation/distribution oscillator.

use trademl_math::indicators::adosc::Adosc;

use super::arguments::{CLOSE, HIGH, LOW, VOLUME, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "adosc",
    family: "indicators",
    summary: "Chaikin's oscillator: a fast exponential average of the accumulation/distribution \
              line less a slow one, both begun with the line's first value.",
    arguments: &[
        HIGH,
        LOW,
        CLOSE,
        VOLUME,
        integer("fastperiod", "3", "rows", "rows of the fast average, ≥ 2"),
        integer("slowperiod", "10", "rows", "rows of the slow average, ≥ 2"),
    ],
    returns: "difference [shares]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first max(fastperiod, \
            slowperiod) − 1 rows with values give NULL",
    errors: "an argument NaN or infinite, or volume < 0 (function, value and row are named); \
             fastperiod or slowperiod < 2 or > 100 000",
    lookahead: Lookahead::Past,
    source: "Chaikin; TA-Lib ADOSC",
    example: "SELECT day, round(adosc(high, low, close, volume, 2, 4) OVER (ORDER BY day), 4) AS \
              adosc FROM (VALUES (1, 11.0, 9.5, 10.5, 100), (2, 12.0, 10.0, 11.5, 150), (3, 12.5, \
              11.0, 12.0, 120), (4, 12.25, 10.5, 10.75, 200), (5, 11.5, 10.25, 11.25, 130)) AS \
              t(day, high, low, close, volume) ORDER BY day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 NULL\n\
              4 -14.7175\n\
              5 1.197",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite, Domain::Finite, Domain::Finite, Domain::NonNegative],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            Ok(Box::new(Adosc::new(rows(call, "fastperiod", 2)?, rows(call, "slowperiod", 2)?)))
        }),
    }
    .function()
}
