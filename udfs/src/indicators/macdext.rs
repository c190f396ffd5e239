//! `macdext`: MACD with averages of any type.

use datafusion::common::{Result, internal_err};
use trademl_math::indicators::macd::Macd;
use trademl_math::kernel::Kernel;

use super::arguments::{REAL, integer, rows};
use super::average::{average_type, matype};
use crate::function::{Contract, Function, Lookahead};
use crate::relation::Call;
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "macdext",
    family: "indicators",
    summary: "Moving average convergence/divergence (`macd`) with moving averages of any type.",
    arguments: &[
        REAL,
        integer("fastperiod", "12", "rows", "rows of one average, ≥ 2"),
        average_type("fastmatype", "0"),
        integer(
            "slowperiod",
            "26",
            "rows",
            "rows of the other; the average of more rows is the slow one, ≥ 2",
        ),
        average_type("slowmatype", "0"),
        integer("signalperiod", "9", "rows", "rows of the average of the line, ≥ 1"),
        average_type("signalmatype", "0"),
    ],
    returns: "struct of macd, macdsignal and macdhist, differences [unit of real]",
    nulls: "a NULL row gives NULL and counts as absent; the first rows with values give NULL: \
            those of the longer average and those of the signal",
    errors: "an argument NaN or infinite (function, value and row are named); signalperiod < 1 \
             or > 100 000; fastperiod or slowperiod < 2 or > 100 000; fastmatype, slowmatype or \
             signalmatype that is no type of average",
    lookahead: Lookahead::Past,
    source: "Appel (1979), The Moving Average Convergence-Divergence Trading Method; TA-Lib \
             MACDEXT",
    example: "SELECT day, round(s['macd'], 4) AS macd, round(s['macdsignal'], 4) AS macdsignal, \
              round(s['macdhist'], 4) AS macdhist FROM (SELECT day, macdext(close, 2, slowperiod \
              => 3, signalperiod => 2) OVER (ORDER BY day) AS s FROM (VALUES (1, 10.5), \
              (2, 11.5), (3, 12.0), (4, 10.75), (5, 11.25)) AS t(day, close)) ORDER BY day\n\
              ----\n\
              1 NULL NULL NULL\n\
              2 NULL NULL NULL\n\
              3 NULL NULL NULL\n\
              4 -0.0417 0.1875 -0.2292\n\
              5 -0.3333 -0.1875 -0.1458",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Fields(&["macd", "macdsignal", "macdhist"]),
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(Box::new(macd(call)?))),
    }
    .function()
}

fn macd(call: &Call) -> Result<impl Kernel + use<>> {
    let fast = (matype(call, "fastmatype")?, rows(call, "fastperiod", 2)?);
    let slow = (matype(call, "slowmatype")?, rows(call, "slowperiod", 2)?);
    let signal = (matype(call, "signalmatype")?, rows(call, "signalperiod", 1)?);
    match Macd::of_types(fast, slow, signal) {
        Some(macd) => Ok(macd),
        None => internal_err!("a type of moving average is unknown"),
    }
}
