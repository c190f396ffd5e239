//! `pvo`: percentage volume oscillator.

use trademl_math::indicators::apo::Ppo;

use super::apo::averages;
use super::arguments::{VOLUME, integer};
use super::average::average_type;
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "pvo",
    family: "indicators",
    summary: "Percentage volume oscillator: a fast moving average of volume less a slow one, in \
              percent of the slow one.",
    arguments: &[
        VOLUME,
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
    errors: "an argument NaN or infinite, or volume < 0 (function, value and row are named); \
             fastperiod or slowperiod < 2 or > 100 000; matype that is no type of average",
    lookahead: Lookahead::Past,
    source: "Appel (1979), The Moving Average Convergence-Divergence Trading Method, on volume; \
             TA-Lib PVO",
    example: "SELECT day, round(pvo(volume, 2, 3) OVER (ORDER BY day), 4) AS pvo FROM (VALUES (1, \
              100), (2, 150), (3, 120), (4, 200), (5, 130)) AS t(day, volume) ORDER BY day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 -1.3514\n\
              4 7.5601\n\
              5 -0.8254",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::NonNegative],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(Box::new(Ppo(averages(call)?)))),
    }
    .function()
}
