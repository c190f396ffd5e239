//! `ht_trendline`: instantaneous trendline.

use trademl_math::indicators::ht::{Ht, Trendline};

use super::arguments::REAL;
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "ht_trendline",
    family: "indicators",
    summary: "Instantaneous trendline: the mean of the series over one dominant cycle, smoothed \
              over four rows.",
    arguments: &[REAL],
    returns: "the unit of real",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 63 rows with \
            values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Past,
    source: "Ehlers (2001), Rocket Science for Traders, chapter 10; TA-Lib HT_TRENDLINE",
    example: "SELECT i, round(s, 4) FROM (SELECT i, ht_trendline(x) OVER (ORDER BY i) AS s FROM \
              (SELECT i, 100 + 10 * sin(0.4 * i) + 0.1 * i AS x FROM unnest(range(1, 68)) AS \
              r(i)) AS t) WHERE i >= 63 ORDER BY i\n\
              ----\n\
              63 NULL\n\
              64 104.2287\n\
              65 104.9824\n\
              66 105.8288\n\
              67 106.6158",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|_| Ok(Box::new(Ht::<Trendline>::new()))),
    }
    .function()
}
