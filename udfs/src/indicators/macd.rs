//! `macd`: moving average convergence/divergence.

use trademl_math::indicators::macd::Macd;

use super::arguments::{REAL, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "macd",
    family: "indicators",
    summary: "Moving average convergence/divergence: the fast exponential average less the slow \
              one, the exponential average of that (the signal), and the difference of the two. \
              Both averages have their first value in the same row, as in TA-Lib.",
    arguments: &[
        REAL,
        integer("fastperiod", "12", "rows", "rows of one average, ≥ 2"),
        integer(
            "slowperiod",
            "26",
            "rows",
            "rows of the other; the average of more rows is the slow one, ≥ 2",
        ),
        integer("signalperiod", "9", "rows", "rows of the average of the line, ≥ 1"),
    ],
    returns: "struct of macd, macdsignal and macdhist, differences [unit of real]",
    nulls: "a NULL row gives NULL and counts as absent; the first max(fastperiod, slowperiod) + \
            signalperiod − 2 rows with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); signalperiod < 1 \
             or > 100 000; fastperiod or slowperiod < 2 or > 100 000",
    lookahead: Lookahead::Past,
    source: "Appel (1979), The Moving Average Convergence-Divergence Trading Method; TA-Lib MACD",
    example: "SELECT day, round(s['macd'], 4) AS macd, round(s['macdsignal'], 4) AS macdsignal, \
              round(s['macdhist'], 4) AS macdhist FROM (SELECT day, macd(close, 2, 3, 2) OVER \
              (ORDER BY day) AS s FROM (VALUES (1, 10.5), (2, 11.5), (3, 12.0), (4, 10.75), \
              (5, 11.25)) AS t(day, close)) ORDER BY day\n\
              ----\n\
              1 NULL NULL NULL\n\
              2 NULL NULL NULL\n\
              3 NULL NULL NULL\n\
              4 0.0417 0.2292 -0.1875\n\
              5 0.0486 0.1088 -0.0602",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Fields(&["macd", "macdsignal", "macdhist"]),
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            Ok(Box::new(Macd::new(
                rows(call, "fastperiod", 2)?,
                rows(call, "slowperiod", 2)?,
                rows(call, "signalperiod", 1)?,
            )))
        }),
    }
    .function()
}
