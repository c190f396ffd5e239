//! `dpo`: detrended price oscillator.

use trademl_math::indicators::dpo::dpo;

use super::arguments::{REAL, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "dpo",
    family: "indicators",
    summary: "Detrended price oscillator: the value of timeperiod / 2 + 1 rows ago (rounded \
              down) less the simple mean of the last timeperiod rows. It is written in the row \
              whose mean it uses, not shifted back to the middle of it.",
    arguments: &[REAL, integer("timeperiod", "20", "rows", "rows of the mean, ≥ 2")],
    returns: "difference [unit of real]",
    nulls: "a NULL row gives NULL and counts as absent; the first max(timeperiod − 1, timeperiod \
            / 2 + 1) rows with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod < 2 or \
             > 100 000",
    lookahead: Lookahead::Past,
    source: "definition; TA-Lib DPO",
    example: "SELECT day, round(dpo(close, 4) OVER (ORDER BY day), 4) AS dpo FROM (VALUES \
              (1, 10.5), (2, 11.5), (3, 12.0), (4, 10.75), (5, 11.25)) AS t(day, close) ORDER BY \
              day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 NULL\n\
              4 -0.6875\n\
              5 0.125",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(Box::new(dpo(rows(call, "timeperiod", 2)?)))),
    }
    .function()
}
