//! `ht_dcphase`: phase of the dominant cycle.

use trademl_math::indicators::ht::{DcPhase, Ht};

use super::arguments::REAL;
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "ht_dcphase",
    family: "indicators",
    summary: "Phase of the dominant cycle.",
    arguments: &[REAL],
    returns: "angle [degrees], −45 … 315",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 63 rows with \
            values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "Ehlers (2001), Rocket Science for Traders, chapter 9; TA-Lib HT_DCPHASE",
    example: "SELECT i, round(s, 4) FROM (SELECT i, ht_dcphase(x) OVER (ORDER BY i) AS s FROM \
              (SELECT i, 100 + 10 * sin(0.4 * i) + 0.1 * i AS x FROM unnest(range(1, 68)) AS \
              r(i)) AS t) WHERE i >= 63 ORDER BY i\n\
              ----\n\
              63 NULL\n\
              64 311.3139\n\
              65 -6.151\n\
              66 26.0384\n\
              67 54.7484",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|_| Ok(Box::new(Ht::<DcPhase>::new()))),
    }
    .function()
}
