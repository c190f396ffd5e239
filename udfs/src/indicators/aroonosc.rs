//! `aroonosc`: Aroon oscillator.

use trademl_math::indicators::aroon::aroonosc;

use super::arguments::{HIGH, LOW, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "aroonosc",
    family: "indicators",
    summary: "Aroon oscillator: Aroon up less Aroon down (`aroon`).",
    arguments: &[HIGH, LOW, integer("timeperiod", "14", "rows", "rows looked back, ≥ 2")],
    returns: "index −100 … 100 [1]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first timeperiod \
            rows with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod < 2 or \
             > 100 000",
    lookahead: Lookahead::Past,
    source: "Chande (1995), A Time Price Oscillator, Stocks & Commodities 13(9); TA-Lib AROONOSC",
    example: "SELECT day, round(aroonosc(high, low, 4) OVER (ORDER BY day), 4) AS aroonosc FROM \
              (VALUES (1, 11.0, 9.5), (2, 12.0, 10.0), (3, 12.5, 11.0), (4, 12.25, 10.5), \
              (5, 11.5, 10.25), (6, 13.0, 11.0)) AS t(day, high, low) ORDER BY day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 NULL\n\
              4 NULL\n\
              5 50.0\n\
              6 100.0",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(aroonosc(rows(call, "timeperiod", 2)?))),
    }
    .function()
}
