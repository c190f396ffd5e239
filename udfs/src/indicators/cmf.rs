//! `cmf`: Chaikin money flow.

use trademl_math::indicators::cmf::cmf;

use super::arguments::{CLOSE, HIGH, LOW, VOLUME, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "cmf",
    family: "indicators",
    summary: "Chaikin's money flow: the sum over the last timeperiod rows of volume · ((close − \
              low) − (high − close)) / (high − low), over the sum of their volume.",
    arguments: &[HIGH, LOW, CLOSE, VOLUME, integer("timeperiod", "20", "rows", "rows summed, ≥ 2")],
    returns: "share −1 … 1 [1]; 0 where nothing was traded",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first timeperiod − 1 \
            rows with values give NULL",
    errors: "an argument NaN or infinite, or volume < 0 (function, value and row are named); \
             timeperiod < 2 or > 100 000",
    lookahead: Lookahead::Past,
    source: "Chaikin; TA-Lib CMF",
    example: "SELECT day, round(cmf(high, low, close, volume, 3) OVER (ORDER BY day), 4) AS cmf \
              FROM (VALUES (1, 11.0, 9.5, 10.5, 100), (2, 12.0, 10.0, 11.5, 150), (3, 12.5, 11.0, \
              12.0, 120), (4, 12.25, 10.5, 10.75, 200), (5, 11.5, 10.25, 11.25, 130)) AS t(day, \
              high, low, close, volume) ORDER BY day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 0.4009\n\
              4 -0.0593\n\
              5 -0.0552",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite, Domain::Finite, Domain::Finite, Domain::NonNegative],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(cmf(rows(call, "timeperiod", 2)?))),
    }
    .function()
}
