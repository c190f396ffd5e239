//! `nvi`: negative volume index.

use trademl_math::indicators::volume_index::{Side, VolumeIndex};

use super::arguments::{CLOSE, VOLUME};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "nvi",
    family: "indicators",
    summary: "Negative volume index: 1000, moved by the return of each row whose volume is below \
              the volume before.",
    arguments: &[CLOSE, VOLUME],
    returns: "index that begins at 1000 [1]; a close before of 0 has no return and moves nothing",
    nulls: "a row with a NULL argument gives NULL and counts as absent; every other row has a \
            value",
    errors: "an argument NaN or infinite, or volume < 0 (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "Fosback (1976), Stock Market Logic; TA-Lib NVI",
    example: "SELECT day, round(nvi(close, volume) OVER (ORDER BY day), 4) AS nvi FROM (VALUES \
              (1, 10.5, 100), (2, 11.5, 150), (3, 12.0, 120), (4, 10.75, 200)) AS t(day, close, \
              volume) ORDER BY day\n\
              ----\n\
              1 1000.0\n\
              2 1000.0\n\
              3 1043.4783\n\
              4 1043.4783",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite, Domain::NonNegative],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|_| Ok(Box::new(VolumeIndex::new(Side::Less)))),
    }
    .function()
}
