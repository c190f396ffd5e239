//! `cci`: commodity channel index.

use trademl_math::indicators::cci::Cci;

use super::arguments::{CLOSE, HIGH, LOW, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "cci",
    family: "indicators",
    summary: "Commodity channel index: (p − mean) / (0.015 · mean |p − mean|) over the last \
              timeperiod typical prices p = (high + low + close) / 3.",
    arguments: &[
        HIGH,
        LOW,
        CLOSE,
        integer("timeperiod", "14", "rows", "rows of the mean and of the deviations, ≥ 2"),
    ],
    returns: "index, mostly −200 … 200 [1]; 0 where all typical prices of the window are equal",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first timeperiod − 1 \
            rows with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod < 2 or \
             > 100 000",
    lookahead: Lookahead::Past,
    source: "Lambert (1980), Commodity Channel Index, Commodities 10; TA-Lib CCI",
    example: "SELECT day, round(cci(high, low, close, 3) OVER (ORDER BY day), 4) AS cci FROM \
              (VALUES (1, 11.0, 9.5, 10.5), (2, 12.0, 10.0, 11.5), (3, 12.5, 11.0, 12.0), \
              (4, 12.25, 10.5, 10.75)) AS t(day, high, low, close) ORDER BY day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 92.8571\n\
              4 -50.0",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(Box::new(Cci::new(rows(call, "timeperiod", 2)?)))),
    }
    .function()
}
