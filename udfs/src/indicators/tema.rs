//! `tema`: triple exponential moving average.

use trademl_math::indicators::tema::Tema;

use super::arguments::{REAL, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "tema",
    family: "indicators",
    summary: "Triple exponential moving average: 3·e1 − 3·e2 + e3 with e1 = EMA(real), e2 = \
              EMA(e1), e3 = EMA(e2), each begun with the mean of its first timeperiod values.",
    arguments: &[REAL, integer("timeperiod", "30", "rows", "span of the average")],
    returns: "the unit of real",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 3·(timeperiod − \
            1) rows with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod outside 1 \
             … 100 000",
    lookahead: Lookahead::Past,
    source: "Mulloy (1994), Smoothing Data with Less Lag, Stocks & Commodities 12(2); TA-Lib TEMA",
    example: "SELECT i, round(s, 4) FROM (SELECT i, tema(x, timeperiod => 2) OVER (ORDER BY i) \
              AS s FROM (VALUES (1, 11.0), (2, 12.0), (3, 11.0), (4, 9.0), (5, 10.0), (6, 14.0)) \
              AS t(i, x)) ORDER BY i\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 NULL\n\
              4 9.1852\n\
              5 9.93\n\
              6 13.882",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            Ok(Box::new(Tema::new(rows(call, "timeperiod", 1)?)))
        }),
    }
    .function()
}
