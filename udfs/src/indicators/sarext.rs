//! `sarext`: parabolic stop and reverse with a first stop, an offset and accelerations of each
//! side; stops of short positions are negative.

use datafusion::common::Result;
use trademl_math::indicators::sar::{Acceleration, Sar};

use super::arguments::{HIGH, LOW, float};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "sarext",
    family: "indicators",
    summary: "Parabolic stop and reverse with a first stop, an offset and accelerations of each \
              side; stops of short positions are negative.",
    arguments: &[
        HIGH,
        LOW,
        float(
            "startvalue",
            "0",
            "price",
            "first stop, of a long position if positive, of a short one if negative; 0: as sar",
        ),
        float(
            "offsetonreverse",
            "0",
            "1",
            "share by which the stop moves away when the position turns",
        ),
        float(
            "accelerationinitlong",
            "0.02",
            "1 a row",
            "long: first share of the way to the extreme",
        ),
        float("accelerationlong", "0.02", "1 a row", "long: its growth with each new extreme"),
        float("accelerationmaxlong", "0.2", "1 a row", "long: largest share"),
        float(
            "accelerationinitshort",
            "0.02",
            "1 a row",
            "short: first share of the way to the extreme",
        ),
        float("accelerationshort", "0.02", "1 a row", "short: its growth with each new extreme"),
        float("accelerationmaxshort", "0.2", "1 a row", "short: largest share"),
    ],
    returns: "price, negative while short",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first row with values \
            gives NULL",
    errors: "an argument NaN or infinite (function, value and row are named); startvalue NaN or \
             infinite; offsetonreverse < 0; accelerationinitlong < 0; accelerationlong < 0; \
             accelerationmaxlong < 0; accelerationinitshort < 0; accelerationshort < 0; \
             accelerationmaxshort < 0",
    lookahead: Lookahead::Past,
    source: "Wilder (1978), New Concepts in Technical Trading Systems, section II; TA-Lib SAREXT",
    example: "SELECT i, round(s, 4) FROM (SELECT i, sarext(h, l, startvalue => 0.0, \
              accelerationinitlong => 0.1) OVER (ORDER BY i) AS s FROM (VALUES (1, 12.0, 9.0), \
              (2, 13.0, 10.0), (3, 14.0, 11.0), (4, 12.0, 8.0), (5, 11.0, 8.0), (6, 15.0, 10.0)) \
              AS t(i, h, l)) ORDER BY i\n\
              ----\n\
              1 NULL\n\
              2 9.0\n\
              3 9.4\n\
              4 -14.0\n\
              5 -14.0\n\
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
            let side = |initial, step, most| -> Result<Acceleration> {
                Ok(Acceleration {
                    initial: call.non_negative(initial)?,
                    step: call.non_negative(step)?,
                    most: call.non_negative(most)?,
                })
            };
            let long = side("accelerationinitlong", "accelerationlong", "accelerationmaxlong")?;
            let short = side("accelerationinitshort", "accelerationshort", "accelerationmaxshort")?;
            let (start, offset) =
                (call.float("startvalue")?, call.non_negative("offsetonreverse")?);
            Ok(Box::new(Sar::extended(start, offset, long, short)))
        }),
    }
    .function()
}
