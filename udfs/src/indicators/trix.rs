//! `trix`: TRIX.

use trademl_math::indicators::trix::Trix;

use super::arguments::{REAL, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "trix",
    family: "indicators",
    summary: "TRIX: the rate of change over one row, in percent, of an exponential average of an \
              exponential average of an exponential average.",
    arguments: &[REAL, integer("timeperiod", "30", "rows", "rows of each average, ≥ 1")],
    returns: "simple return [percent]; 0 where the smoothed value before is 0",
    nulls: "a NULL row gives NULL and counts as absent; the first 3 · timeperiod − 2 rows with \
            values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod < 1 or \
             > 100 000",
    lookahead: Lookahead::Past,
    source: "Hutson (1983), Good TRIX, Stocks & Commodities 1(5); TA-Lib TRIX",
    example: "SELECT day, round(trix(close, 2) OVER (ORDER BY day), 4) AS trix FROM (VALUES \
              (1, 10.5), (2, 11.5), (3, 12.0), (4, 10.75), (5, 11.25), (6, 12.75)) AS t(day, \
              close) ORDER BY day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 NULL\n\
              4 NULL\n\
              5 -0.4027\n\
              6 4.0556",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            Ok(Box::new(Trix::new(rows(call, "timeperiod", 1)?)))
        }),
    }
    .function()
}
