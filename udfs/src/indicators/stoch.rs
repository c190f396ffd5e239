//! `stoch`: slow stochastic.

use datafusion::common::Result;
use trademl_math::indicators::stochastic::Slow;

use super::arguments::{CLOSE, HIGH, LOW, integer, rows};
use super::average::{average, average_type};
use crate::function::{Contract, Function, Lookahead};
use crate::relation::Call;
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "stoch",
    family: "indicators",
    summary: "Slow stochastic: K is a moving average of 100 · (close − lowest low) / (highest \
              high − lowest low) over fastk_period rows, D a moving average of K.",
    arguments: &[
        HIGH,
        LOW,
        CLOSE,
        integer("fastk_period", "5", "rows", "rows of the range, ≥ 1"),
        integer("slowk_period", "3", "rows", "rows of the average of the fast K, ≥ 1"),
        average_type("slowk_matype", "0"),
        integer("slowd_period", "3", "rows", "rows of the average of the slow K, ≥ 1"),
        average_type("slowd_matype", "0"),
    ],
    returns: "struct of slowk and slowd, each 0 … 100 [1]; a bar without range counts 0",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first rows with \
            values give NULL: fastk_period − 1, and those of both averages",
    errors: "an argument NaN or infinite (function, value and row are named); fastk_period, \
             slowk_period or slowd_period < 1 or > 100 000; slowk_matype or slowd_matype that is \
             no type of average",
    lookahead: Lookahead::Past,
    source: "Lane (1984), Lane's Stochastics, Stocks & Commodities 2(3); TA-Lib STOCH",
    example: "SELECT day, round(s['slowk'], 4) AS slowk, round(s['slowd'], 4) AS slowd FROM \
              (SELECT day, stoch(high, low, close, 3, 2, slowd_period => 2) OVER (ORDER BY day) \
              AS s FROM (VALUES (1, 11.0, 9.5, 10.5), (2, 12.0, 10.0, 11.5), \
              (3, 12.5, 11.0, 12.0), (4, 12.25, 10.5, 10.75), (5, 11.5, 10.25, 11.25), \
              (6, 13.0, 11.0, 12.75)) AS t(day, high, low, close)) ORDER BY day\n\
              ----\n\
              1 NULL NULL\n\
              2 NULL NULL\n\
              3 NULL NULL\n\
              4 NULL NULL\n\
              5 37.2222 46.9444\n\
              6 67.6768 52.4495",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Fields(&["slowk", "slowd"]),
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(Box::new(stochastic(call)?))),
    }
    .function()
}

/// The stochastic of the constants.
pub(super) fn stochastic(call: &Call) -> Result<Slow> {
    let k = average(call, "slowk_matype", rows(call, "slowk_period", 1)?)?;
    let d = average(call, "slowd_matype", rows(call, "slowd_period", 1)?)?;
    Ok(Slow::new(rows(call, "fastk_period", 1)?, k, d))
}
