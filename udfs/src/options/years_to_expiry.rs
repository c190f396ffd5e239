//! `years_to_expiry`: how long an option has to live, to the minute and below.

use std::sync::Arc;

use chrono::DateTime;
use datafusion::arrow::array::{ArrayRef, Float64Array, TimestampMicrosecondArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;
use trademl_math::options::market::settlement::years_until;

use super::arguments::{CALENDAR, EXPIRY, SETTLEMENT};
use super::columns::Columns;
use super::option_expiry::instants;
use crate::function::{Argument, Contract, Function, Kind, Lookahead, Role};
use crate::known_calendar::calendar;
use crate::relation::Call;
use crate::scalar::ScalarFunction;

const CONTRACT: Contract = Contract {
    name: "years_to_expiry",
    family: "options",
    summary: "Years of 525 600 minutes from an instant until an option is settled: the time of bs_price and others.",
    arguments: &[
        Argument {
            name: "now",
            role: Role::Column(Kind::Instant),
            default: None,
            unit: "timestamp",
            meaning: "instant as of which the option is valued; a date is its midnight UTC",
        },
        EXPIRY,
        SETTLEMENT,
        CALENDAR,
    ],
    returns: "years until option_expiry, on the clock of the world, nights and weekends included; 0 at the settlement \
              and below 0 after it, where prices are NULL with status 'negative_time'",
    nulls: "a NULL now, expiry or settlement gives NULL",
    errors: "as option_expiry",
    lookahead: Lookahead::Row,
    source: "definition; Cboe (2019), VIX White Paper, counts minutes of 365 days likewise",
    example: "SELECT years_to_expiry(TIMESTAMP '2024-03-08T21:00:00Z', DATE '2024-03-11') * 525600 AS minutes, years_to_expiry(TIMESTAMP '2024-03-11T21:00:00Z', DATE '2024-03-11') * 525600 AS after\n----\n4260.0 -60.0",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction {
        contract: &CONTRACT,
        returns: DataType::Float64,
        prepare: |call| calendar(CONTRACT.name, call).map(drop),
        evaluate,
    }
    .function()
}

fn evaluate(call: &Call, arrays: &[ArrayRef]) -> Result<ArrayRef> {
    let instants = instants(&CONTRACT, call, arrays)?;
    let now = Columns::new(&CONTRACT, arrays).of::<TimestampMicrosecondArray>("now")?;
    let years = now.iter().zip(instants).map(|(now, settled)| {
        let now = DateTime::from_timestamp_micros(now?)?;
        Some(years_until(settled?, now))
    });
    Ok(Arc::new(years.collect::<Float64Array>()))
}
