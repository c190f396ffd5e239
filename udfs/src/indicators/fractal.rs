//! `fractal`: Williams fractal.

use trademl_math::indicators::fractal::Fractal;

use super::arguments::{HIGH, LOW, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "fractal",
    family: "indicators",
    summary: "Williams fractal: 100 where the bar of rightbars rows ago was a swing, its high \
              above (its low below) those of the leftbars bars before and the rightbars bars \
              after it. The value stands where the swing is known, rightbars rows after it.",
    arguments: &[
        HIGH,
        LOW,
        integer("leftbars", "2", "rows", "bars before the swing, ≥ 1"),
        integer("rightbars", "2", "rows", "bars after the swing, ≥ 1"),
    ],
    returns: "struct of swinghigh and swinglow, each 100 or 0 [1]; equal extremes are no swing",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first leftbars + \
            rightbars rows with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); leftbars or \
             rightbars < 1 or > 100 000",
    lookahead: Lookahead::Past,
    source: "Williams (1995), Trading Chaos; TA-Lib FRACTAL, which has 0 instead of NULL in the \
             first rows",
    example: "SELECT day, round(s['swinghigh'], 4) AS swinghigh, round(s['swinglow'], 4) AS \
              swinglow FROM (SELECT day, fractal(high, low, 1, 1) OVER (ORDER BY day) AS s FROM \
              (VALUES (1, 11.0, 9.5), (2, 12.0, 10.0), (3, 12.5, 11.0), (4, 12.25, 10.5)) AS \
              t(day, high, low)) ORDER BY day\n\
              ----\n\
              1 NULL NULL\n\
              2 NULL NULL\n\
              3 0.0 0.0\n\
              4 100.0 0.0",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Fields(&["swinghigh", "swinglow"]),
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            Ok(Box::new(Fractal::new(rows(call, "leftbars", 1)?, rows(call, "rightbars", 1)?)))
        }),
    }
    .function()
}
