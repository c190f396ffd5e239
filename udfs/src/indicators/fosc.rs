//! `fosc`: forecast oscillator.

use trademl_math::indicators::fosc::fosc;

use super::arguments::{REAL, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "fosc",
    family: "indicators",
    summary: "Forecast oscillator: 100 · (x − forecast) / x, where the forecast continues by one \
              row the least-squares line through the timeperiod values before.",
    arguments: &[REAL, integer("timeperiod", "5", "rows", "values of the line, ≥ 2")],
    returns: "share of the value [percent]; 0 where the value is 0",
    nulls: "a NULL row gives NULL and counts as absent; the first timeperiod rows with values \
            give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod < 2 or \
             > 100 000",
    lookahead: Lookahead::Past,
    source: "Chande & Kroll (1994), The New Technical Trader; TA-Lib FOSC",
    example: "SELECT day, round(fosc(close, 3) OVER (ORDER BY day), 4) AS fosc FROM (VALUES \
              (1, 10.5), (2, 11.5), (3, 12.0), (4, 10.75), (5, 11.25)) AS t(day, close) ORDER BY \
              day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 NULL\n\
              4 -19.3798\n\
              5 5.1852",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(Box::new(fosc(rows(call, "timeperiod", 2)?)))),
    }
    .function()
}
