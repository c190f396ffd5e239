//! `kama`: Kaufman's adaptive moving average.

use trademl_math::indicators::kama::Kama;

use super::arguments::{REAL, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "kama",
    family: "indicators",
    summary: "Kaufman's adaptive moving average: k ← k + c²·(real − k), where c goes from 2/31 to \
              2/3 with the efficiency ratio |change over timeperiod rows| / Σ |change of a row|.",
    arguments: &[REAL, integer("timeperiod", "30", "rows", "span of the average")],
    returns: "the unit of real",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first timeperiod rows \
            with values give NULL, none with timeperiod 1, which gives the series itself",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod outside 1 \
             … 100 000",
    lookahead: Lookahead::Past,
    source: "Kaufman (1995), Smarter Trading; TA-Lib KAMA",
    example: "SELECT i, round(s, 4) FROM (SELECT i, kama(x, timeperiod => 3) OVER (ORDER BY i) \
              AS s FROM (VALUES (1, 11.0), (2, 12.0), (3, 11.0), (4, 9.0), (5, 10.0), (6, 14.0)) \
              AS t(i, x)) ORDER BY i\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 NULL\n\
              4 10.7327\n\
              5 10.6348\n\
              6 10.9849",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            Ok(Box::new(Kama::new(rows(call, "timeperiod", 1)?)))
        }),
    }
    .function()
}
