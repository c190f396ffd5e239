//! `ht_dcperiod`: period of the dominant cycle, smoothed, by the Hilbert transform.

use trademl_math::indicators::ht::HtDcPeriod;

use super::arguments::REAL;
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "ht_dcperiod",
    family: "indicators",
    summary: "Period of the dominant cycle, smoothed, by the Hilbert transform.",
    arguments: &[REAL],
    returns: "rows",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 32 rows with \
            values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "Ehlers (2001), Rocket Science for Traders, chapter 7; TA-Lib HT_DCPERIOD",
    example: "SELECT i, round(s, 4) FROM (SELECT i, ht_dcperiod(x) OVER (ORDER BY i) AS s FROM \
              (SELECT i, 100 + 10 * sin(0.4 * i) + 0.1 * i AS x FROM unnest(range(1, 37)) AS \
              r(i)) AS t) WHERE i >= 32 ORDER BY i\n\
              ----\n\
              32 NULL\n\
              33 15.6467\n\
              34 16.8896\n\
              35 17.7896\n\
              36 18.3806",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|_| Ok(Box::new(HtDcPeriod::new()))),
    }
    .function()
}
