//! `ht_trendmode`: whether the series trends (1) or cycles (0).

use trademl_math::indicators::ht::{Ht, TrendMode};

use super::arguments::REAL;
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "ht_trendmode",
    family: "indicators",
    summary: "Whether the series trends (1) or cycles (0): it cycles after the sine crosses its \
              lead, for half a cycle, and while the phase turns as the period says, unless it is \
              1.5 % from the trendline.",
    arguments: &[REAL],
    returns: "1 or 0",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 63 rows with \
            values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "Ehlers (2001), Rocket Science for Traders, chapter 11; TA-Lib HT_TRENDMODE",
    example: "SELECT i, s FROM (SELECT i, ht_trendmode(x) OVER (ORDER BY i) AS s FROM (SELECT i, \
              100 + 10 * sin(0.4 * i) + 0.1 * i AS x FROM unnest(range(1, 68)) AS r(i)) AS t) \
              WHERE i >= 63 ORDER BY i\n\
              ----\n\
              63 NULL\n\
              64 1\n\
              65 1\n\
              66 1\n\
              67 1",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Integer,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|_| Ok(Box::new(Ht::<TrendMode>::new()))),
    }
    .function()
}
