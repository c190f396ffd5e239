//! `macdfix`: MACD of 12 and 26 rows.

use trademl_math::indicators::macd::Macd;

use super::arguments::{REAL, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "macdfix",
    family: "indicators",
    summary: "Moving average convergence/divergence (`macd`) of 12 and 26 rows with the weights \
              0.15 and 0.075 that its author gave, instead of 2/13 and 2/27.",
    arguments: &[
        REAL,
        integer("signalperiod", "9", "rows", "rows of the average of the line, ≥ 1"),
    ],
    returns: "struct of macd, macdsignal and macdhist, differences [unit of real]",
    nulls: "a NULL row gives NULL and counts as absent; the first 24 + signalperiod rows with \
            values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); signalperiod < 1 \
             or > 100 000",
    lookahead: Lookahead::Past,
    source: "Appel (1979), The Moving Average Convergence-Divergence Trading Method; TA-Lib \
             MACDFIX",
    example: "SELECT day, round(m['macd'], 4) AS macd, round(m['macdsignal'], 4) AS signal, \
              round(m['macdhist'], 4) AS hist FROM (SELECT day, macdfix(close, 2) OVER (ORDER BY \
              day) AS m FROM (SELECT value AS day, 100.0 + value * value / 10.0 AS close FROM \
              generate_series(1, 28))) WHERE day > 25 ORDER BY day\n\
              ----\n\
              26 NULL NULL NULL\n\
              27 20.1404 19.7535 0.3869\n\
              28 20.9347 20.541 0.3937",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Fields(&["macd", "macdsignal", "macdhist"]),
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            Ok(Box::new(Macd::fixed(rows(call, "signalperiod", 1)?)))
        }),
    }
    .function()
}
