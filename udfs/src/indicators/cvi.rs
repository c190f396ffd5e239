//! `cvi`: Chaikin's volatility.

use trademl_math::indicators::cvi::Cvi;

use super::arguments::{HIGH, LOW, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "cvi",
    family: "indicators",
    summary: "Chaikin's volatility: by how many percent the exponential average of high − low has \
              grown over rocperiod rows.",
    arguments: &[
        HIGH,
        LOW,
        integer("timeperiod", "10", "rows", "rows of the average, ≥ 2"),
        integer("rocperiod", "10", "rows", "rows its growth is measured over, ≥ 1"),
    ],
    returns: "growth [percent]; 0 where the average was 0",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first timeperiod − 1 \
            + rocperiod rows with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod < 2 or > \
             100 000; rocperiod < 1 or > 100 000",
    lookahead: Lookahead::Past,
    source: "Chaikin; TA-Lib CVI",
    example: "SELECT day, round(cvi(high, low, 3, 2) OVER (ORDER BY day), 4) AS cvi FROM (VALUES \
              (1, 11.0, 9.5), (2, 12.0, 10.0), (3, 12.5, 11.0), (4, 12.25, 10.5), (5, 11.5, \
              10.25), (6, 13.0, 11.0)) AS t(day, high, low) ORDER BY day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 NULL\n\
              4 NULL\n\
              5 -11.25\n\
              6 1.8293",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            Ok(Box::new(Cvi::new(rows(call, "timeperiod", 2)?, rows(call, "rocperiod", 1)?)))
        }),
    }
    .function()
}
