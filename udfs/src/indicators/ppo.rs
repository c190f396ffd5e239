//! `ppo`: percentage price oscillator.

use trademl_math::indicators::apo::Ppo;

use super::apo::averages;
use super::arguments::{REAL, integer};
use super::average::average_type;
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "ppo",
    family: "indicators",
    summary: "Percentage price oscillator: a fast moving average less a slow one, in percent of \
              the slow one.",
    arguments: &[
        REAL,
        integer("fastperiod", "12", "rows", "rows of one average, ≥ 2"),
        integer(
            "slowperiod",
            "26",
            "rows",
            "rows of the other; the average of more rows is the slow one, ≥ 2",
        ),
        average_type("matype", "1"),
    ],
    returns: "share of the slow average [percent]; 0 where that is 0",
    nulls: "a NULL row gives NULL and counts as absent; the rows with values before the slow \
            average has its first one give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); fastperiod or \
             slowperiod < 2 or > 100 000; matype that is no type of average",
    lookahead: Lookahead::Past,
    source: "Appel (1979), The Moving Average Convergence-Divergence Trading Method; TA-Lib PPO",
    example: "SELECT day, round(ppo(close, 2, 3) OVER (ORDER BY day), 4) AS ppo FROM (VALUES \
              (1, 10.5), (2, 11.5), (3, 12.0), (4, 10.75)) AS t(day, close) ORDER BY day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 2.9412\n\
              4 0.1258",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(Box::new(Ppo(averages(call)?)))),
    }
    .function()
}
