//! `qstick`: Qstick.

use trademl_math::indicators::qstick::qstick;

use super::arguments::{CLOSE, OPEN, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "qstick",
    family: "indicators",
    summary: "Qstick: the simple mean of close − open over the last timeperiod bars.",
    arguments: &[OPEN, CLOSE, integer("timeperiod", "10", "rows", "bars averaged, ≥ 1")],
    returns: "mean body [price]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first timeperiod − 1 \
            rows with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod < 1 or \
             > 100 000",
    lookahead: Lookahead::Past,
    source: "Chande & Kroll (1994), The New Technical Trader; TA-Lib QSTICK",
    example: "SELECT day, round(qstick(open, close, 2) OVER (ORDER BY day), 4) AS qstick FROM \
              (VALUES (1, 10.0, 10.5), (2, 10.5, 11.5), (3, 11.5, 12.0)) AS t(day, open, close) \
              ORDER BY day\n\
              ----\n\
              1 NULL\n\
              2 0.75\n\
              3 0.75",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(qstick(rows(call, "timeperiod", 1)?))),
    }
    .function()
}
