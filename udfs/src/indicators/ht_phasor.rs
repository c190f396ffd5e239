//! `ht_phasor`: in-phase and quadrature part of the detrended series, by the Hilbert transform.

use trademl_math::indicators::ht::HtPhasor;

use super::arguments::REAL;
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "ht_phasor",
    family: "indicators",
    summary: "In-phase and quadrature part of the detrended series, by the Hilbert transform.",
    arguments: &[REAL],
    returns: "struct of inphase and quadrature, in the unit of real",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 32 rows with \
            values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "Ehlers (2001), Rocket Science for Traders, chapter 6; TA-Lib HT_PHASOR",
    example: "SELECT i, round(s['inphase'], 4), round(s['quadrature'], 4) FROM (SELECT i, \
              ht_phasor(x) OVER (ORDER BY i) AS s FROM (SELECT i, 100 + 10 * sin(0.4 * i) + 0.1 \
              * i AS x FROM unnest(range(1, 37)) AS r(i)) AS t) WHERE i >= 32 ORDER BY i\n\
              ----\n\
              32 NULL NULL\n\
              33 -4.5392 7.5993\n\
              34 -1.4509 10.8479\n\
              35 2.3441 12.4586\n\
              36 6.313 11.8089",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Fields(&["inphase", "quadrature"]),
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|_| Ok(Box::new(HtPhasor::new()))),
    }
    .function()
}
