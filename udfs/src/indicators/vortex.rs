//! `vortex`: vortex indicator.

use trademl_math::indicators::vortex::Vortex;

use super::arguments::{CLOSE, HIGH, LOW, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "vortex",
    family: "indicators",
    summary: "Vortex indicator: Σ |high − low before| (plus) and Σ |low − high before| (minus) \
              over the last timeperiod changes, each over the sum of the true range.",
    arguments: &[HIGH, LOW, CLOSE, integer("timeperiod", "14", "rows", "changes summed, ≥ 1")],
    returns: "struct of plusvi and minusvi, ratios around 1 [1]; 0 without range",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first timeperiod \
            rows with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod < 1 or \
             > 100 000",
    lookahead: Lookahead::Past,
    source: "Botes & Siepman (2010), The Vortex Indicator, Stocks & Commodities 28(1); TA-Lib \
             VORTEX",
    example: "SELECT day, round(s['plusvi'], 4) AS plusvi, round(s['minusvi'], 4) AS minusvi \
              FROM (SELECT day, vortex(high, low, close, 2) OVER (ORDER BY day) AS s FROM \
              (VALUES (1, 11.0, 9.5, 10.5), (2, 12.0, 10.0, 11.5), (3, 12.5, 11.0, 12.0), \
              (4, 12.25, 10.5, 10.75)) AS t(day, high, low, close)) ORDER BY day\n\
              ----\n\
              1 NULL NULL\n\
              2 NULL NULL\n\
              3 1.4286 0.5714\n\
              4 1.1538 0.9231",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Fields(&["plusvi", "minusvi"]),
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            Ok(Box::new(Vortex::new(rows(call, "timeperiod", 1)?)))
        }),
    }
    .function()
}
