//! `smi`: stochastic momentum index.

use datafusion::common::Result;
use trademl_math::indicators::smi::Smi;

use super::arguments::{CLOSE, HIGH, LOW, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::relation::Call;
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "smi",
    family: "indicators",
    summary: "Stochastic momentum index: 100 · (close − middle of the range) / (half the range) \
              over timeperiod rows, where both are smoothed by an exponential average over \
              slowperiod rows and that by one over fastperiod rows; with its exponential average \
              as signal.",
    arguments: &[
        HIGH,
        LOW,
        CLOSE,
        integer("timeperiod", "13", "rows", "rows of the range, ≥ 2"),
        integer("fastperiod", "2", "rows", "rows of the second average, ≥ 2"),
        integer("slowperiod", "25", "rows", "rows of the first average, ≥ 2"),
        integer("signalperiod", "9", "rows", "rows of the average of the index, ≥ 2"),
    ],
    returns: "struct of smi and smisignal, each −100 … 100 [1]; 0 where there never was a range",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first timeperiod + \
            fastperiod + slowperiod + signalperiod − 4 rows with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod, \
             fastperiod, slowperiod or signalperiod < 2 or > 100 000",
    lookahead: Lookahead::Past,
    source: "Blau (1993), Stochastic Momentum, Stocks & Commodities 11(1); TA-Lib SMI",
    example: "SELECT day, round(s['smi'], 4) AS smi, round(s['smisignal'], 4) AS smisignal FROM \
              (SELECT day, smi(high, low, close, 2, 2, 2, 2) OVER (ORDER BY day) AS s FROM \
              (VALUES (1, 11.0, 9.5, 10.5), (2, 12.0, 10.0, 11.5), (3, 12.5, 11.0, 12.0), \
              (4, 12.25, 10.5, 10.75), (5, 11.5, 10.25, 11.25), (6, 13.0, 11.0, 12.75)) AS \
              t(day, high, low, close)) ORDER BY day\n\
              ----\n\
              1 NULL NULL\n\
              2 NULL NULL\n\
              3 NULL NULL\n\
              4 NULL NULL\n\
              5 2.5862 12.0074\n\
              6 40.9794 31.3221",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Fields(&["smi", "smisignal"]),
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(Box::new(smi(call)?))),
    }
    .function()
}

fn smi(call: &Call) -> Result<Smi> {
    let (range, fast) = (rows(call, "timeperiod", 2)?, rows(call, "fastperiod", 2)?);
    Ok(Smi::new(range, fast, rows(call, "slowperiod", 2)?, rows(call, "signalperiod", 2)?))
}
