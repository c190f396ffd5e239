//! `rsi`: Wilder's relative strength index.

use trademl_math::indicators::rsi::Rsi;

use super::arguments::{REAL, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "rsi",
    family: "indicators",
    summary: "Relative strength index: smoothed gains as a share of smoothed gains and losses, \
              as in TA-Lib.",
    arguments: &[
        REAL,
        integer(
            "timeperiod",
            "14",
            "rows",
            "changes averaged at first; later ones enter with weight 1/timeperiod, ≥ 2",
        ),
    ],
    returns: "index 0 … 100 [1]; 0 where nothing ever moved",
    nulls: "a NULL row gives NULL and counts as absent; the first timeperiod rows with values \
            give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod < 2 or \
             > 100 000",
    lookahead: Lookahead::Past,
    source: "Wilder (1978), New Concepts in Technical Trading Systems, section VI; TA-Lib RSI",
    example: "SELECT day, round(rsi(close, 2) OVER (ORDER BY day), 4) AS rsi FROM (VALUES \
              (1, 10.5), (2, 11.5), (3, 12.0), (4, 10.75)) AS t(day, close) ORDER BY day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 100.0\n\
              4 37.5",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(Box::new(Rsi::new(rows(call, "timeperiod", 2)?)))),
    }
    .function()
}
