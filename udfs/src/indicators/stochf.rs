//! `stochf`: fast stochastic.

use datafusion::common::Result;
use trademl_math::indicators::stochastic::Fast;

use super::arguments::{CLOSE, HIGH, LOW, integer, rows};
use super::average::{average, average_type};
use crate::function::{Contract, Function, Lookahead};
use crate::relation::Call;
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "stochf",
    family: "indicators",
    summary: "Fast stochastic: K is 100 · (close − lowest low) / (highest high − lowest low) \
              over fastk_period rows, D a moving average of K.",
    arguments: &[
        HIGH,
        LOW,
        CLOSE,
        integer("fastk_period", "5", "rows", "rows of the range, ≥ 1"),
        integer("fastd_period", "3", "rows", "rows of the average of K, ≥ 1"),
        average_type("fastd_matype", "0"),
    ],
    returns: "struct of fastk and fastd, each 0 … 100 [1]; a bar without range counts 0",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first rows with \
            values give NULL: fastk_period − 1, and those of the average",
    errors: "an argument NaN or infinite (function, value and row are named); fastk_period or \
             fastd_period < 1 or > 100 000; fastd_matype that is no type of average",
    lookahead: Lookahead::Past,
    source: "Lane (1984), Lane's Stochastics, Stocks & Commodities 2(3); TA-Lib STOCHF",
    example: "SELECT day, round(s['fastk'], 4) AS fastk, round(s['fastd'], 4) AS fastd FROM \
              (SELECT day, stochf(high, low, close, 3, 2) OVER (ORDER BY day) AS s FROM (VALUES \
              (1, 11.0, 9.5, 10.5), (2, 12.0, 10.0, 11.5), (3, 12.5, 11.0, 12.0), \
              (4, 12.25, 10.5, 10.75), (5, 11.5, 10.25, 11.25)) AS t(day, high, low, close)) \
              ORDER BY day\n\
              ----\n\
              1 NULL NULL\n\
              2 NULL NULL\n\
              3 NULL NULL\n\
              4 30.0 56.6667\n\
              5 44.4444 37.2222",
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

fn stochastic(call: &Call) -> Result<Fast> {
    let d = average(call, "fastd_matype", rows(call, "fastd_period", 1)?)?;
    Ok(Fast::new(rows(call, "fastk_period", 1)?, d))
}
