//! `donchian`: Donchian channel.

use trademl_math::indicators::donchian::donchian;

use super::arguments::{HIGH, LOW, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "donchian",
    family: "indicators",
    summary: "Donchian channel: the highest high and the lowest low of the last timeperiod rows, \
              this one included, and their middle.",
    arguments: &[HIGH, LOW, integer("timeperiod", "20", "rows", "rows in the window")],
    returns: "struct of upperband, middleband and lowerband [price]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first timeperiod − 1 \
            rows with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod outside 2 \
             … 100 000",
    lookahead: Lookahead::Past,
    source: "Donchian (1960); TA-Lib DONCHIAN",
    example: "SELECT i, round(s['upperband'], 4), round(s['middleband'], 4), \
              round(s['lowerband'], 4) FROM (SELECT i, donchian(h, l, timeperiod => 3) OVER \
              (ORDER BY i) AS s FROM (VALUES (1, 12.0, 9.0), (2, 13.0, 10.0), (3, 14.0, 11.0), \
              (4, 12.0, 8.0), (5, 11.0, 8.0), (6, 15.0, 10.0)) AS t(i, h, l)) ORDER BY i\n\
              ----\n\
              1 NULL NULL NULL\n\
              2 NULL NULL NULL\n\
              3 14.0 11.5 9.0\n\
              4 14.0 11.0 8.0\n\
              5 14.0 11.0 8.0\n\
              6 15.0 11.5 8.0",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Fields(&["upperband", "middleband", "lowerband"]),
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(donchian(rows(call, "timeperiod", 2)?))),
    }
    .function()
}
