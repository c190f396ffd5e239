//! `bbands`: Bollinger bands.

use datafusion::common::plan_err;
use trademl_math::indicators::bbands::BBands;

use super::arguments::{REAL, float, integer, rows};
use super::average::{average_type, matype};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "bbands",
    family: "indicators",
    summary: "Bollinger bands: a moving average, and above and below it multiples of the standard \
              deviation (divisor timeperiod) of the last timeperiod values.",
    arguments: &[
        REAL,
        integer("timeperiod", "20", "rows", "rows in the window"),
        float("nbdevup", "2", "standard deviations", "distance of the upper band"),
        float("nbdevdn", "2", "standard deviations", "distance of the lower band"),
        average_type("matype", "0"),
    ],
    returns: "struct of upperband, middleband and lowerband, in the unit of real",
    nulls: "a row with a NULL argument gives NULL and counts as absent; NULL until the average and \
            the deviation both have a value, with an SMA in the first timeperiod − 1 rows with \
            values",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod outside 2 \
             … 100 000; nbdevup NaN or infinite; nbdevdn NaN or infinite; a matype that is none",
    lookahead: Lookahead::Past,
    source: "Bollinger (2001), Bollinger on Bollinger Bands; TA-Lib BBANDS",
    example: "SELECT i, round(s['upperband'], 4), round(s['middleband'], 4), \
              round(s['lowerband'], 4) FROM (SELECT i, bbands(x, timeperiod => 3) OVER (ORDER BY \
              i) AS s FROM (VALUES (1, 11.0), (2, 12.0), (3, 11.0), (4, 9.0), (5, 10.0), (6, \
              14.0)) AS t(i, x)) ORDER BY i\n\
              ----\n\
              1 NULL NULL NULL\n\
              2 NULL NULL NULL\n\
              3 12.2761 11.3333 10.3905\n\
              4 13.1611 10.6667 8.1722\n\
              5 11.633 10.0 8.367\n\
              6 15.3205 11.0 6.6795",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Fields(&["upperband", "middleband", "lowerband"]),
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            let n = rows(call, "timeperiod", 2)?;
            let (up, down) = (call.float("nbdevup")?, call.float("nbdevdn")?);
            let matype = matype(call, "matype")?;
            match BBands::new(n, up, down, matype) {
                Some(kernel) => Ok(Box::new(kernel)),
                None => plan_err!("no average of type {matype}"),
            }
        }),
    }
    .function()
}
