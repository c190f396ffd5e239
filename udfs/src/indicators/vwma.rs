//! `vwma`: volume weighted moving average.

use trademl_math::indicators::vwma::vwma;

use super::arguments::{REAL, VOLUME, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "vwma",
    family: "indicators",
    summary: "Volume weighted moving average: Σ real·volume / Σ volume over the last timeperiod \
              rows; with timeperiod 1 the series itself.",
    arguments: &[REAL, VOLUME, integer("timeperiod", "30", "rows", "rows in the window")],
    returns: "the unit of real",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first timeperiod − 1 \
            rows with values give NULL; so do windows without volume",
    errors: "an argument NaN or infinite (function, value and row are named); volume < 0; \
             timeperiod outside 1 … 100 000",
    lookahead: Lookahead::Past,
    source: "definition; TA-Lib VWMA",
    example: "SELECT i, round(s, 4) FROM (SELECT i, vwma(x, v, timeperiod => 3) OVER (ORDER BY \
              i) AS s FROM (VALUES (1, 11.0, 100.0), (2, 12.0, 150.0), (3, 11.0, 120.0), (4, \
              9.0, 200.0), (5, 10.0, 130.0), (6, 14.0, 300.0)) AS t(i, x, v)) ORDER BY i\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 11.4054\n\
              4 10.4681\n\
              5 9.8222\n\
              6 11.5873",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite, Domain::NonNegative],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(vwma(rows(call, "timeperiod", 1)?))),
    }
    .function()
}
