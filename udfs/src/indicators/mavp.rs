//! `mavp`: moving average with a period of its own in each row.

use datafusion::common::plan_err;
use trademl_math::indicators::mavp::Mavp;

use super::arguments::{REAL, column, integer};
use super::average::{average_type, matype};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

/// The longest period: an average of each period up to it runs all the time.
const LONGEST: usize = 1_000;

const CONTRACT: Contract = Contract {
    name: "mavp",
    family: "indicators",
    summary: "Moving average with a period of its own in each row: that of the row’s period, cut \
              to a whole number between minperiod and maxperiod.",
    arguments: &[
        REAL,
        column("periods", "rows", "period of the row"),
        integer("minperiod", "2", "rows", "shortest period"),
        integer("maxperiod", "30", "rows", "longest period, 2 … 1000"),
        average_type("matype", "0"),
    ],
    returns: "the unit of real",
    nulls: "a row with a NULL argument gives NULL and counts as absent; as many of the first rows \
            with values give NULL as an average over maxperiod rows needs",
    errors: "an argument NaN or infinite (function, value and row are named); minperiod or \
             maxperiod outside 1 … 1000; minperiod above maxperiod; a matype that is none",
    lookahead: Lookahead::Past,
    source: "TA-Lib MAVP",
    example: "SELECT i, round(s, 4) FROM (SELECT i, mavp(x, p, minperiod => 2, maxperiod => 3, \
              matype => 0) OVER (ORDER BY i) AS s FROM (VALUES (1, 11.0, 2.0), (2, 12.0, 3.0), \
              (3, 11.0, 2.0), (4, 9.0, 3.0), (5, 10.0, 2.0), (6, 14.0, 3.0)) AS t(i, x, p)) \
              ORDER BY i\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 11.5\n\
              4 10.6667\n\
              5 9.5\n\
              6 11.0",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            let (least, most) = (call.count("minperiod", 1)?, call.count("maxperiod", 2)?);
            if most > LONGEST {
                return plan_err!("maxperiod: expected an integer ≤ {LONGEST}, was {most}");
            }
            if least > most {
                return plan_err!(
                    "minperiod: expected an integer ≤ maxperiod = {most}, was {least}"
                );
            }
            let matype = matype(call, "matype")?;
            match Mavp::new(least, most, matype) {
                Some(kernel) => Ok(Box::new(kernel)),
                None => plan_err!("no averages of {least} to {most} rows and type {matype}"),
            }
        }),
    }
    .function()
}
