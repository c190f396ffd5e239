//! `cmo`: Chande momentum oscillator.

use trademl_math::indicators::cmo::Cmo;

use super::arguments::{REAL, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "cmo",
    family: "indicators",
    summary: "Chande momentum oscillator with Wilder's averages, as TA-Lib has it: 100 · (gains \
              − losses) / (gains + losses), averaged as in `rsi`; `cmou` has Chande's plain \
              sums.",
    arguments: &[
        REAL,
        integer(
            "timeperiod",
            "14",
            "rows",
            "changes averaged at first; later ones enter with weight 1/timeperiod, ≥ 2",
        ),
    ],
    returns: "index −100 … 100 [1]; 0 where nothing ever moved",
    nulls: "a NULL row gives NULL and counts as absent; the first timeperiod rows with values \
            give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod < 2 or \
             > 100 000",
    lookahead: Lookahead::Past,
    source: "Chande & Kroll (1994), The New Technical Trader; TA-Lib CMO",
    example: "SELECT day, round(cmo(close, 3) OVER (ORDER BY day), 4) AS cmo FROM (VALUES \
              (1, 10.5), (2, 11.5), (3, 12.0), (4, 10.75), (5, 11.25)) AS t(day, close) ORDER BY \
              day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 NULL\n\
              4 9.0909\n\
              5 28.5714",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(Box::new(Cmo::new(rows(call, "timeperiod", 2)?)))),
    }
    .function()
}
