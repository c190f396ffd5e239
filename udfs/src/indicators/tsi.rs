//! `tsi`: true strength index.

use trademl_math::indicators::tsi::Tsi;

use super::arguments::{REAL, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "tsi",
    family: "indicators",
    summary: "True strength index: 100 · the changes over their sizes, where both are smoothed \
              by an exponential average over firstperiod rows and that by one over secondperiod \
              rows.",
    arguments: &[
        REAL,
        integer("firstperiod", "25", "rows", "rows of the first average, ≥ 2"),
        integer("secondperiod", "13", "rows", "rows of the average of that, ≥ 2"),
    ],
    returns: "index −100 … 100 [1]; 0 where nothing ever moved",
    nulls: "a NULL row gives NULL and counts as absent; the first firstperiod + secondperiod − 1 \
            rows with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); firstperiod or \
             secondperiod < 2 or > 100 000",
    lookahead: Lookahead::Past,
    source: "Blau (1991), True Strength Index, Stocks & Commodities 9(11); TA-Lib TSI",
    example: "SELECT day, round(tsi(close, 2, 2) OVER (ORDER BY day), 4) AS tsi FROM (VALUES \
              (1, 10.5), (2, 11.5), (3, 12.0), (4, 10.75), (5, 11.25)) AS t(day, close) ORDER BY \
              day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 NULL\n\
              4 9.0909\n\
              5 15.6627",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            Ok(Box::new(Tsi::new(rows(call, "firstperiod", 2)?, rows(call, "secondperiod", 2)?)))
        }),
    }
    .function()
}
