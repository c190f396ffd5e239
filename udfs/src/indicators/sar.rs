//! `sar`: parabolic stop and reverse.

use trademl_math::indicators::sar::Sar;

use super::arguments::{HIGH, LOW, float};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "sar",
    family: "indicators",
    summary: "Parabolic stop and reverse: the stop of a position that is always in the market, \
              which follows the price faster with each new extreme and turns where the price \
              touches it.",
    arguments: &[
        HIGH,
        LOW,
        float(
            "acceleration",
            "0.02",
            "1 a row",
            "first share of the way to the extreme, and its growth with each new extreme",
        ),
        float("maximum", "0.2", "1 a row", "largest share"),
    ],
    returns: "price",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first row with values \
            gives NULL",
    errors: "an argument NaN or infinite (function, value and row are named); acceleration < 0; \
             maximum < 0",
    lookahead: Lookahead::Past,
    source: "Wilder (1978), New Concepts in Technical Trading Systems, section II; TA-Lib SAR",
    example: "SELECT i, round(s, 4) FROM (SELECT i, sar(h, l, acceleration => 0.1) OVER (ORDER \
              BY i) AS s FROM (VALUES (1, 12.0, 9.0), (2, 13.0, 10.0), (3, 14.0, 11.0), (4, \
              12.0, 8.0), (5, 11.0, 8.0), (6, 15.0, 10.0)) AS t(i, h, l)) ORDER BY i\n\
              ----\n\
              1 NULL\n\
              2 9.0\n\
              3 9.4\n\
              4 14.0\n\
              5 14.0\n\
              6 8.0",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            Ok(Box::new(Sar::new(
                call.non_negative("acceleration")?,
                call.non_negative("maximum")?,
            )))
        }),
    }
    .function()
}
