//! `supertrend`: supertrend.

use trademl_math::indicators::supertrend::Supertrend;

use super::arguments::{CLOSE, HIGH, LOW, float, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "supertrend",
    family: "indicators",
    summary: "Supertrend: a band at multiplier times Wilder's average true range from the middle \
              of the bar, which only moves towards the price until the close passes it; the first \
              trend is up.",
    arguments: &[
        HIGH,
        LOW,
        CLOSE,
        integer("timeperiod", "10", "rows", "span of the average true range"),
        float("multiplier", "3", "true ranges", "distance of the band from the middle of the bar"),
    ],
    returns: "struct of supertrend [price] and trend, 1 up, −1 down",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first timeperiod rows \
            with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod outside 2 \
             … 100 000; multiplier < 0",
    lookahead: Lookahead::Past,
    source: "Seban (2009), Tout le monde mérite d’être riche; TA-Lib SUPERTREND",
    example: "SELECT i, round(s['supertrend'], 4), round(s['trend'], 4) FROM (SELECT i, \
              supertrend(h, l, c, timeperiod => 2, multiplier => 1.0) OVER (ORDER BY i) AS s \
              FROM (VALUES (1, 12.0, 9.0, 11.0), (2, 13.0, 10.0, 12.0), (3, 14.0, 11.0, 11.0), \
              (4, 12.0, 8.0, 9.0), (5, 11.0, 8.0, 10.0), (6, 15.0, 10.0, 14.0)) AS t(i, h, l, \
              c)) ORDER BY i\n\
              ----\n\
              1 NULL NULL\n\
              2 NULL NULL\n\
              3 9.5 1.0\n\
              4 13.5 -1.0\n\
              5 12.75 -1.0\n\
              6 8.375 1.0",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Fields(&["supertrend", "trend"]),
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            Ok(Box::new(Supertrend::new(
                rows(call, "timeperiod", 2)?,
                call.non_negative("multiplier")?,
            )))
        }),
    }
    .function()
}
