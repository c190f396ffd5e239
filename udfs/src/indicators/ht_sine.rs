//! `ht_sine`: sine of the phase of the dominant cycle, and of the phase 45 degrees on.

use trademl_math::indicators::ht::{Ht, Sine};

use super::arguments::REAL;
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "ht_sine",
    family: "indicators",
    summary: "Sine of the phase of the dominant cycle, and of the phase 45 degrees on.",
    arguments: &[REAL],
    returns: "struct of sine and leadsine [1]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 63 rows with \
            values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "Ehlers (2001), Rocket Science for Traders, chapter 9; TA-Lib HT_SINE",
    example: "SELECT i, round(s['sine'], 4), round(s['leadsine'], 4) FROM (SELECT i, ht_sine(x) \
              OVER (ORDER BY i) AS s FROM (SELECT i, 100 + 10 * sin(0.4 * i) + 0.1 * i AS x FROM \
              unnest(range(1, 68)) AS r(i)) AS t) WHERE i >= 63 ORDER BY i\n\
              ----\n\
              63 NULL NULL\n\
              64 -0.7511 -0.0643\n\
              65 -0.1071 0.6273\n\
              66 0.439 0.9457\n\
              67 0.8166 0.9856",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Fields(&["sine", "leadsine"]),
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|_| Ok(Box::new(Ht::<Sine>::new()))),
    }
    .function()
}
