//! `eri`: Elder ray.

use trademl_math::indicators::eri::Eri;

use super::arguments::{CLOSE, HIGH, LOW, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "eri",
    family: "indicators",
    summary: "Elder ray: bull power is the high, bear power the low, each less the exponential \
              average of the closes.",
    arguments: &[HIGH, LOW, CLOSE, integer("timeperiod", "13", "rows", "rows of the average, ≥ 1")],
    returns: "struct of bullpower and bearpower, differences [price]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first timeperiod − 1 \
            rows with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod < 1 or \
             > 100 000",
    lookahead: Lookahead::Past,
    source: "Elder (1993), Trading for a Living; TA-Lib ERI",
    example: "SELECT day, round(s['bullpower'], 4) AS bullpower, round(s['bearpower'], 4) AS \
              bearpower FROM (SELECT day, eri(high, low, close, 3) OVER (ORDER BY day) AS s FROM \
              (VALUES (1, 11.0, 9.5, 10.5), (2, 12.0, 10.0, 11.5), (3, 12.5, 11.0, 12.0), \
              (4, 12.25, 10.5, 10.75)) AS t(day, high, low, close)) ORDER BY day\n\
              ----\n\
              1 NULL NULL\n\
              2 NULL NULL\n\
              3 1.1667 -0.3333\n\
              4 1.2083 -0.5417",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Fields(&["bullpower", "bearpower"]),
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(Box::new(Eri::new(rows(call, "timeperiod", 1)?)))),
    }
    .function()
}
