//! `overnight_return`: the return from the last close to the open.

use trademl_math::liquidity::overnight::overnight_return;

use super::arguments::{CLOSE, OPEN};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "overnight_return",
    family: "liquidity",
    summary: "Overnight return: open / last close − 1. Both prices in one scale: across a split \
              take adjusted ones.",
    arguments: &[OPEN, CLOSE],
    returns: "simple return [1]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first row with \
            values gives NULL",
    errors: "an argument NaN or infinite or ≤ 0 (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "definition",
    example: "SELECT i, round(overnight_return(open, close) OVER (ORDER BY i), 6) AS ret FROM \
              (VALUES (1, 100.0, 101.0), (2, 101.5, 102.0), (3, 104.0, 103.5), (4, 103.0, \
              101.5), (5, 99.0, 98.5), (6, 98.5, 100.5)) AS t(i, open, close) ORDER BY i\n\
              ----\n\
              1 NULL\n\
              2 0.00495\n\
              3 0.019608\n\
              4 -0.004831\n\
              5 -0.024631\n\
              6 0.0",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Price],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|_| Ok(Box::new(overnight_return()))),
    }
    .function()
}
