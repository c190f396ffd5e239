//! `zlema`: zero-lag exponential moving average.

use trademl_math::indicators::zlema::Zlema;

use super::arguments::{REAL, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "zlema",
    family: "indicators",
    summary: "Zero-lag exponential moving average: the EMA of 2·real − real[(timeperiod − 1) / 2 \
              rows ago], begun with the mean of its first timeperiod values.",
    arguments: &[REAL, integer("timeperiod", "30", "rows", "span of the average")],
    returns: "the unit of real",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first ⌊3·(timeperiod − \
            1) / 2⌋ rows with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod outside 1 \
             … 100 000",
    lookahead: Lookahead::Past,
    source: "Ehlers & Way (2010), Zero Lag (Well, Almost), Stocks & Commodities 28(12); TA-Lib \
             ZLEMA",
    example: "SELECT i, round(s, 4) FROM (SELECT i, zlema(x, timeperiod => 3) OVER (ORDER BY i) \
              AS s FROM (VALUES (1, 11.0), (2, 12.0), (3, 11.0), (4, 9.0), (5, 10.0), (6, 14.0)) \
              AS t(i, x)) ORDER BY i\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 NULL\n\
              4 10.0\n\
              5 10.5\n\
              6 14.25",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            Ok(Box::new(Zlema::new(rows(call, "timeperiod", 1)?)))
        }),
    }
    .function()
}
