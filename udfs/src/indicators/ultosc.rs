//! `ultosc`: ultimate oscillator.

use datafusion::common::Result;
use trademl_math::indicators::ultosc::UltOsc;

use super::arguments::{CLOSE, HIGH, LOW, integer, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::relation::Call;
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "ultosc",
    family: "indicators",
    summary: "Ultimate oscillator: 100 · (4a + 2b + c) / 7, where a, b and c are, for the \
              shortest, the middle and the longest span, the sum of close − min(low, close \
              before) over the sum of the true range.",
    arguments: &[
        HIGH,
        LOW,
        CLOSE,
        integer("timeperiod1", "7", "rows", "rows of one span, ≥ 1"),
        integer("timeperiod2", "14", "rows", "rows of another, ≥ 1"),
        integer(
            "timeperiod3",
            "28",
            "rows",
            "rows of the third; the shortest span has weight 4, the middle one 2, the longest 1, ≥ 1",
        ),
    ],
    returns: "index 0 … 100 [1]; a span without range counts 0",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first \
            max(timeperiod1, timeperiod2, timeperiod3) rows with values give NULL",
    errors: "an argument NaN or infinite (function, value and row are named); timeperiod1, \
             timeperiod2 or timeperiod3 < 1 or > 100 000",
    lookahead: Lookahead::Past,
    source: "Williams (1985), The Ultimate Oscillator, Stocks & Commodities 3(4); TA-Lib ULTOSC",
    example: "SELECT day, round(ultosc(high, low, close, 1, 2, 3) OVER (ORDER BY day), 4) AS \
              ultosc FROM (VALUES (1, 11.0, 9.5, 10.5), (2, 12.0, 10.0, 11.5), \
              (3, 12.5, 11.0, 12.0), (4, 12.25, 10.5, 10.75), (5, 11.5, 10.25, 11.25)) AS t(day, \
              high, low, close) ORDER BY day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 NULL\n\
              4 26.6353\n\
              5 64.7619",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(Box::new(oscillator(call)?))),
    }
    .function()
}

fn oscillator(call: &Call) -> Result<UltOsc> {
    let (one, two) = (rows(call, "timeperiod1", 1)?, rows(call, "timeperiod2", 1)?);
    Ok(UltOsc::new([one, two, rows(call, "timeperiod3", 1)?]))
}
