//! `rvi`: relative volatility index.

use trademl_math::indicators::rvi::Rvi;

use super::arguments::{REAL, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "rvi",
    family: "indicators",
    summary: "Relative volatility index: 100 · U / (U + D) with Wilder's averages U and D of the \
              standard deviation over stddevperiod rows, counted as up where the series rose and \
              as down where it fell.",
    arguments: &[
        REAL,
        integer(
            "timeperiod",
            "14",
            "rows",
            "deviations averaged at the start; later ones enter with weight 1/timeperiod, ≥ 1",
        ),
        integer("stddevperiod", "10", "rows", "rows of the standard deviation, ≥ 2"),
    ],
    returns: "index 0 … 100 [1]; 50 where nothing moved",
    nulls: "a NULL row gives NULL and counts as absent; the first stddevperiod + timeperiod − 2 \
            rows with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); stddevperiod < 2 or \
             > 100 000; timeperiod < 1 or > 100 000",
    lookahead: Lookahead::Past,
    source: "Dorsey (1993), The Relative Volatility Index, Stocks & Commodities 11; TA-Lib RVI",
    example: "SELECT day, round(rvi(close, 2, 3) OVER (ORDER BY day), 4) AS rvi FROM (VALUES (1, \
              10.5), (2, 11.5), (3, 12.0), (4, 10.75), (5, 11.25), (6, 12.75)) AS t(day, close) \
              ORDER BY day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 NULL\n\
              4 54.8319\n\
              5 76.2693\n\
              6 90.7675",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            Ok(Box::new(Rvi::new(rows(call, "timeperiod", 1)?, rows(call, "stddevperiod", 2)?)))
        }),
    }
    .function()
}
