//! `kc`: Keltner channel.

use trademl_math::indicators::kc::Keltner;

use super::arguments::{CLOSE, HIGH, LOW, float, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "kc",
    family: "indicators",
    summary: "Keltner channel: the EMA of (high + low + close) / 3 and, above and below it, nbdev \
              times Wilder's average true range.",
    arguments: &[
        HIGH,
        LOW,
        CLOSE,
        integer("timeperiod", "20", "rows", "span of the average"),
        integer("atrperiod", "10", "rows", "span of the average true range"),
        float("nbdev", "2", "true ranges", "distance of the bands"),
    ],
    returns: "struct of upperband, middleband and lowerband [price]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first max(timeperiod − \
            1, atrperiod) rows with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod outside 2 \
             … 100 000; atrperiod outside 1 … 100 000; nbdev NaN or infinite",
    lookahead: Lookahead::Past,
    source: "Keltner (1960), How to Make Money in Commodities, in the form of Raschke; TA-Lib KC",
    example: "SELECT i, round(s['upperband'], 4), round(s['middleband'], 4), \
              round(s['lowerband'], 4) FROM (SELECT i, kc(h, l, c, timeperiod => 2, atrperiod => \
              2) OVER (ORDER BY i) AS s FROM (VALUES (1, 12.0, 9.0, 11.0), (2, 13.0, 10.0, \
              12.0), (3, 14.0, 11.0, 11.0), (4, 12.0, 8.0, 9.0), (5, 11.0, 8.0, 10.0), (6, 15.0, \
              10.0, 14.0)) AS t(i, h, l, c)) ORDER BY i\n\
              ----\n\
              1 NULL NULL NULL\n\
              2 NULL NULL NULL\n\
              3 17.8333 11.8333 5.8333\n\
              4 17.3889 10.3889 3.3889\n\
              5 16.4074 9.9074 3.4074\n\
              6 20.2191 11.9691 3.7191",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Fields(&["upperband", "middleband", "lowerband"]),
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            Ok(Box::new(Keltner::new(
                rows(call, "timeperiod", 2)?,
                rows(call, "atrperiod", 1)?,
                call.float("nbdev")?,
            )))
        }),
    }
    .function()
}
