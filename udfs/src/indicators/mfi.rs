//! `mfi`: money flow index.

use trademl_math::indicators::mfi::Mfi;

use super::arguments::{CLOSE, HIGH, LOW, VOLUME, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "mfi",
    family: "indicators",
    summary: "Money flow index: 100 · P / (P + N) over the last timeperiod changes, with the \
              sums P and N of typical price (high + low + close) / 3 times volume where the \
              typical price rose and fell.",
    arguments: &[
        HIGH,
        LOW,
        CLOSE,
        VOLUME,
        integer("timeperiod", "14", "rows", "changes summed, ≥ 2"),
    ],
    returns: "index 0 … 100 [1]; 0 without money flow",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first timeperiod \
            rows with values give NULL",
    errors: "an argument NaN or infinite, or volume < 0 (function, value and row are named); \
             timeperiod < 2 or > 100 000",
    lookahead: Lookahead::Past,
    source: "Quong & Soudack (1989), Volume-Weighted RSI: Money Flow, Stocks & Commodities 7(3); \
             TA-Lib MFI",
    example: "SELECT day, round(mfi(high, low, close, volume, 3) OVER (ORDER BY day), 4) AS mfi \
              FROM (VALUES (1, 11.0, 9.5, 10.5, 100), (2, 12.0, 10.0, 11.5, 150), \
              (3, 12.5, 11.0, 12.0, 120), (4, 12.25, 10.5, 10.75, 200), \
              (5, 11.5, 10.25, 11.25, 130)) AS t(day, high, low, close, volume) ORDER BY day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 NULL\n\
              4 58.0857\n\
              5 27.9344",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite, Domain::Finite, Domain::Finite, Domain::NonNegative],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(Box::new(Mfi::new(rows(call, "timeperiod", 2)?)))),
    }
    .function()
}
