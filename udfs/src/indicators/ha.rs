//! `ha`: Heikin-Ashi candles.

use trademl_math::indicators::ha::HeikinAshi;

use super::arguments::{CLOSE, HIGH, LOW, OPEN};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "ha",
    family: "indicators",
    summary: "Heikin-Ashi candles: haclose = (open + high + low + close) / 4; haopen the middle of \
              the candle before, (open + close) / 2 at first; hahigh and halow the extremes of the \
              bar with these two.",
    arguments: &[OPEN, HIGH, LOW, CLOSE],
    returns: "struct of haopen, hahigh, halow and haclose [price]",
    nulls: "a row with a NULL argument gives NULL and counts as absent",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "Valcu (2004), Using the Heikin-Ashi Technique, Stocks & Commodities 22(2); TA-Lib HA",
    example: "SELECT i, round(s['haopen'], 4), round(s['hahigh'], 4), round(s['halow'], 4), \
              round(s['haclose'], 4) FROM (SELECT i, ha(o, h, l, c) OVER (ORDER BY i) AS s FROM \
              (VALUES (1, 10.0, 12.0, 9.0, 11.0), (2, 11.0, 13.0, 10.0, 12.0), (3, 12.0, 14.0, \
              11.0, 11.0), (4, 11.0, 12.0, 8.0, 9.0), (5, 9.0, 11.0, 8.0, 10.0), (6, 10.0, 15.0, \
              10.0, 14.0)) AS t(i, o, h, l, c)) ORDER BY i\n\
              ----\n\
              1 10.5 12.0 9.0 10.5\n\
              2 10.5 13.0 10.0 11.5\n\
              3 11.0 14.0 11.0 12.0\n\
              4 11.5 12.0 8.0 10.0\n\
              5 10.75 11.0 8.0 9.5\n\
              6 10.125 15.0 10.0 12.25",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Fields(&["haopen", "hahigh", "halow", "haclose"]),
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|_| Ok(Box::new(HeikinAshi::new()))),
    }
    .function()
}
