//! `mama`: MESA adaptive moving average.

use trademl_math::indicators::mama::Mama;

use super::arguments::{REAL, float, within};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "mama",
    family: "indicators",
    summary: "MESA adaptive moving average: its weight falls as the phase of the dominant cycle \
              turns faster; fama follows mama with half the weight.",
    arguments: &[
        REAL,
        float("fastlimit", "0.5", "1", "largest weight of the latest value, 0.01 … 0.99"),
        float("slowlimit", "0.05", "1", "smallest weight, 0.01 … 0.99"),
    ],
    returns: "struct of mama and fama, in the unit of real",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first 32 rows with \
            values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); fastlimit outside \
             0.01 … 0.99; slowlimit outside 0.01 … 0.99",
    lookahead: Lookahead::Past,
    source: "Ehlers (2001), MESA Adaptive Moving Averages, Stocks & Commodities 19(10); TA-Lib \
             MAMA",
    example: "SELECT i, round(s['mama'], 4), round(s['fama'], 4) FROM (SELECT i, mama(x) OVER \
              (ORDER BY i) AS s FROM (SELECT i, 100 + 10 * sin(0.4 * i) + 0.1 * i AS x FROM \
              unnest(range(1, 37)) AS r(i)) AS t) WHERE i >= 32 ORDER BY i\n\
              ----\n\
              32 NULL NULL\n\
              33 99.1455 90.8446\n\
              34 99.7878 91.0682\n\
              35 106.5969 94.9504\n\
              36 106.9299 95.2498",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Fields(&["mama", "fama"]),
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            Ok(Box::new(Mama::new(
                within(call, "fastlimit", 0.01, 0.99)?,
                within(call, "slowlimit", 0.01, 0.99)?,
            )))
        }),
    }
    .function()
}
