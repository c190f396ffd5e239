//! `imi`: intraday momentum index.

use trademl_math::indicators::imi::imi;

use super::arguments::{CLOSE, OPEN, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "imi",
    family: "indicators",
    summary: "Intraday momentum index: 100 · Σ rising bodies / Σ bodies of the last timeperiod \
              bars; the body is |close − open|.",
    arguments: &[OPEN, CLOSE, integer("timeperiod", "14", "rows", "bars summed, ≥ 2")],
    returns: "index 0 … 100 [1]; 50 where no bar has a body",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first timeperiod − 1 \
            rows with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod < 2 or \
             > 100 000",
    lookahead: Lookahead::Past,
    source: "Chande & Kroll (1994), The New Technical Trader; TA-Lib IMI",
    example: "SELECT day, round(imi(open, close, 3) OVER (ORDER BY day), 4) AS imi FROM (VALUES \
              (1, 10.0, 10.5), (2, 10.5, 11.5), (3, 11.5, 12.0), (4, 12.0, 10.75)) AS t(day, \
              open, close) ORDER BY day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 100.0\n\
              4 54.5455",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(imi(rows(call, "timeperiod", 2)?))),
    }
    .function()
}
