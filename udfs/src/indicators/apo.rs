//! `apo`: absolute price oscillator.

use datafusion::common::Result;
use trademl_math::indicators::apo::Apo;

use super::arguments::{REAL, integer, rows};
use super::average::{average, average_type};
use crate::function::{Contract, Function, Lookahead};
use crate::relation::Call;
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "apo",
    family: "indicators",
    summary: "Absolute price oscillator: a fast moving average less a slow one.",
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
    returns: "difference [unit of real]",
    nulls: "a NULL row gives NULL and counts as absent; the rows with values before the slow \
            average has its first one give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); fastperiod or \
             slowperiod < 2 or > 100 000; matype that is no type of average",
    lookahead: Lookahead::Past,
    source: "Appel (1979), The Moving Average Convergence-Divergence Trading Method; TA-Lib APO",
    example: "SELECT day, round(apo(close, 2, 3) OVER (ORDER BY day), 4) AS apo FROM (VALUES \
              (1, 10.5), (2, 11.5), (3, 12.0), (4, 10.75)) AS t(day, close) ORDER BY day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 0.3333\n\
              4 0.0139",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(Box::new(averages(call)?))),
    }
    .function()
}

/// The two averages, the one of fewer rows first.
pub(super) fn averages(call: &Call) -> Result<Apo> {
    let (one, other) = (rows(call, "fastperiod", 2)?, rows(call, "slowperiod", 2)?);
    let fast = average(call, "matype", one.min(other))?;
    Ok(Apo::new(fast, average(call, "matype", one.max(other))?))
}
