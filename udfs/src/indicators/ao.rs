//! `ao`: awesome oscillator.

use trademl_math::indicators::ao::Ao;

use super::arguments::{HIGH, LOW, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "ao",
    family: "indicators",
    summary: "Awesome oscillator: the simple mean of (high + low) / 2 over fastperiod rows less \
              that over slowperiod rows.",
    arguments: &[
        HIGH,
        LOW,
        integer("fastperiod", "5", "rows", "rows of the fast mean, ≥ 2"),
        integer("slowperiod", "34", "rows", "rows of the slow mean, ≥ 2"),
    ],
    returns: "difference [price]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first \
            max(fastperiod, slowperiod) − 1 rows with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); fastperiod or \
             slowperiod < 2 or > 100 000",
    lookahead: Lookahead::Past,
    source: "Williams (1998), New Trading Dimensions; TA-Lib AO",
    example: "SELECT day, round(ao(high, low, 2, 3) OVER (ORDER BY day), 4) AS ao FROM (VALUES \
              (1, 11.0, 9.5), (2, 12.0, 10.0), (3, 12.5, 11.0), (4, 12.25, 10.5)) AS t(day, \
              high, low) ORDER BY day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 0.375\n\
              4 0.1875",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            Ok(Box::new(Ao::new(rows(call, "fastperiod", 2)?, rows(call, "slowperiod", 2)?)))
        }),
    }
    .function()
}
