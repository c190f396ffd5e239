//! `stochrsi`: stochastic RSI.

use datafusion::common::Result;
use trademl_math::indicators::stochrsi::StochRsi;

use super::arguments::{REAL, integer, rows};
use super::average::{average, average_type};
use crate::function::{Contract, Function, Lookahead};
use crate::relation::Call;
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "stochrsi",
    family: "indicators",
    summary: "Stochastic RSI: K is 100 · (`rsi` − its least) / (its greatest − its least) over \
              fastk_period rows, D a moving average of K.",
    arguments: &[
        REAL,
        integer("timeperiod", "14", "rows", "changes of the index, as in `rsi`, ≥ 2"),
        integer("fastk_period", "5", "rows", "rows of the range of the index, ≥ 1"),
        integer("fastd_period", "3", "rows", "rows of the average of K, ≥ 1"),
        average_type("fastd_matype", "0"),
    ],
    returns: "struct of fastk and fastd, each 0 … 100 [1]; an index that stands still counts 0",
    nulls: "a NULL row gives NULL and counts as absent; the first rows with values give NULL: \
            timeperiod + fastk_period − 1, and those of the average",
    errors: "an argument NaN or infinite (function, value and row are named); fastk_period or \
             fastd_period < 1 or > 100 000; timeperiod < 2 or > 100 000; fastd_matype that is no \
             type of average",
    lookahead: Lookahead::Past,
    source: "Chande & Kroll (1993), Stochastic RSI and Dynamic Momentum Index, Stocks & \
             Commodities 11(5); TA-Lib STOCHRSI",
    example: "SELECT day, round(s['fastk'], 4) AS fastk, round(s['fastd'], 4) AS fastd FROM \
              (SELECT day, stochrsi(close, 2, 3, 2) OVER (ORDER BY day) AS s FROM (VALUES \
              (1, 10.5), (2, 11.5), (3, 12.0), (4, 10.75), (5, 11.25), (6, 12.75), (7, 13.5)) AS \
              t(day, close)) ORDER BY day\n\
              ----\n\
              1 NULL NULL\n\
              2 NULL NULL\n\
              3 NULL NULL\n\
              4 NULL NULL\n\
              5 NULL NULL\n\
              6 100.0 66.6667\n\
              7 100.0 100.0",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Fields(&["fastk", "fastd"]),
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(Box::new(stochastic(call)?))),
    }
    .function()
}

fn stochastic(call: &Call) -> Result<StochRsi> {
    let d = average(call, "fastd_matype", rows(call, "fastd_period", 1)?)?;
    Ok(StochRsi::new(rows(call, "timeperiod", 2)?, rows(call, "fastk_period", 1)?, d))
}
