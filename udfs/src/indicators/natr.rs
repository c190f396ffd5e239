//! `natr`: normalized average true range.

use trademl_math::indicators::natr::Natr;

use super::arguments::{CLOSE, HIGH, LOW, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "natr",
    family: "indicators",
    summary: "Normalized average true range: Wilder's average of the true range in percent of the \
              close; as in TA-Lib timeperiod = 1 is the true range itself, not normalized.",
    arguments: &[
        HIGH,
        LOW,
        CLOSE,
        integer(
            "timeperiod",
            "14",
            "rows",
            "true ranges averaged at the start; later ones enter with weight 1/timeperiod, ≥ 1",
        ),
    ],
    returns: "share of the close [percent]; 0 where the close is 0",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first timeperiod rows \
            with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod < 1 or > \
             100 000",
    lookahead: Lookahead::Past,
    source: "Forman (2006), Cross-Market Evaluations with Normalized Average True Range, Stocks & \
             Commodities; TA-Lib NATR",
    example: "SELECT day, round(natr(high, low, close, 3) OVER (ORDER BY day), 4) AS natr FROM \
              (VALUES (1, 11.0, 9.5, 10.5), (2, 12.0, 10.0, 11.5), (3, 12.5, 11.0, 12.0), (4, \
              12.25, 10.5, 10.75), (5, 11.5, 10.25, 11.25)) AS t(day, high, low, close) ORDER BY \
              day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 NULL\n\
              4 16.2791\n\
              5 14.0741",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            Ok(Box::new(Natr::new(rows(call, "timeperiod", 1)?)))
        }),
    }
    .function()
}
