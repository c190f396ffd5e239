//! `vhf`: vertical horizontal filter.

use trademl_math::indicators::vhf::vhf;

use super::arguments::{REAL, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "vhf",
    family: "indicators",
    summary: "Vertical horizontal filter: (highest − lowest of the last timeperiod values) / the \
              sum of their last timeperiod |changes|; high in a trend, low in a range.",
    arguments: &[
        REAL,
        integer("timeperiod", "28", "rows", "rows of the range, and changes summed, ≥ 2"),
    ],
    returns: "share 0 … 1 [1]; 0 where nothing moved",
    nulls: "a NULL row gives NULL and counts as absent; the first timeperiod rows with values \
            give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod < 2 or \
             > 100 000",
    lookahead: Lookahead::Past,
    source: "White (1991), Vertical Horizontal Filter, Futures 20(10); TA-Lib VHF",
    example: "SELECT day, round(vhf(close, 3) OVER (ORDER BY day), 4) AS vhf FROM (VALUES \
              (1, 10.5), (2, 11.5), (3, 12.0), (4, 10.75), (5, 11.25)) AS t(day, close) ORDER BY \
              day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 NULL\n\
              4 0.4545\n\
              5 0.5556",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(Box::new(vhf(rows(call, "timeperiod", 2)?)))),
    }
    .function()
}
