//! `accbands`: acceleration bands.

use trademl_math::indicators::accbands::accbands;

use super::arguments::{CLOSE, HIGH, LOW, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "accbands",
    family: "indicators",
    summary: "Acceleration bands: means of the last timeperiod of high·(1 + w), close and low·(1 − \
              w), with w = 4·(high − low) / (high + low).",
    arguments: &[HIGH, LOW, CLOSE, integer("timeperiod", "20", "rows", "rows in the window")],
    returns: "struct of upperband, middleband and lowerband [price]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first timeperiod − 1 \
            rows with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod outside 2 \
             … 100 000",
    lookahead: Lookahead::Past,
    source: "Headley (2002), Big Trends in Trading; TA-Lib ACCBANDS",
    example: "SELECT i, round(s['upperband'], 4), round(s['middleband'], 4), \
              round(s['lowerband'], 4) FROM (SELECT i, accbands(h, l, c, timeperiod => 2) OVER \
              (ORDER BY i) AS s FROM (VALUES (1, 12.0, 9.0, 11.0), (2, 13.0, 10.0, 12.0), (3, \
              14.0, 11.0, 11.0), (4, 12.0, 8.0, 9.0), (5, 11.0, 8.0, 10.0), (6, 15.0, 10.0, \
              14.0)) AS t(i, h, l, c)) ORDER BY i\n\
              ----\n\
              1 NULL NULL NULL\n\
              2 19.3199 11.5 4.3199\n\
              3 20.2513 11.5 5.2513\n\
              4 21.16 10.0 3.66\n\
              5 19.7737 9.5 2.2737\n\
              6 22.4737 12.0 2.4737",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Fields(&["upperband", "middleband", "lowerband"]),
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(accbands(rows(call, "timeperiod", 2)?))),
    }
    .function()
}
