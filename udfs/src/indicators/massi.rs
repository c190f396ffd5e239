//! `massi`: mass index.

use trademl_math::indicators::massi::Massi;

use super::arguments::{HIGH, LOW, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "massi",
    family: "indicators",
    summary: "Mass index: the sum over slowperiod rows of the exponential average of high − low \
              over the exponential average of that average, each over fastperiod rows.",
    arguments: &[
        HIGH,
        LOW,
        integer("fastperiod", "9", "rows", "rows of the averages, ≥ 2"),
        integer("slowperiod", "25", "rows", "rows summed, ≥ 2"),
    ],
    returns: "index, about slowperiod where ranges are steady [1]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 2 · (fastperiod \
            − 1) + slowperiod − 1 rows with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); fastperiod or \
             slowperiod < 2 or > 100 000",
    lookahead: Lookahead::Past,
    source: "Dorsey (1992), The Mass Index, Stocks & Commodities 10; TA-Lib MASSI",
    example: "SELECT day, round(massi(high, low, 2, 3) OVER (ORDER BY day), 4) AS massi FROM \
              (VALUES (1, 11.0, 9.5), (2, 12.0, 10.0), (3, 12.5, 11.0), (4, 12.25, 10.5), (5, \
              11.5, 10.25), (6, 13.0, 11.0)) AS t(day, high, low) ORDER BY day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 NULL\n\
              4 NULL\n\
              5 2.8914\n\
              6 3.0014",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            Ok(Box::new(Massi::new(rows(call, "fastperiod", 2)?, rows(call, "slowperiod", 2)?)))
        }),
    }
    .function()
}
