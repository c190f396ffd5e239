//! `option_expiry`: the instant at which an option is settled.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use datafusion::arrow::array::{ArrayRef, Date32Array, StringArray, TimestampMicrosecondArray};
use datafusion::arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::{Result, exec_err};
use trademl_math::options::market::settlement::Settlement;

use super::arguments::{CALENDAR, EXPIRY, SETTLEMENT};
use super::columns::Columns;
use crate::function::{Contract, Function, Lookahead};
use crate::known_calendar::{calendar, known_date};
use crate::relation::Call;
use crate::scalar::ScalarFunction;

const CONTRACT: Contract = Contract {
    name: "option_expiry",
    family: "options",
    summary: "The instant up to which an option's value is uncertain: the close of its date of expiry, or the open, \
              early closes and daylight saving included.",
    arguments: &[EXPIRY, SETTLEMENT, CALENDAR],
    returns: "instant of settlement [timestamp, UTC]. A date without a session goes back to the one before: the \
              Saturdays of monthly contracts until January 2015, Good Friday. A source that dates options settled in \
              the morning by their last day of trading is a day early here",
    nulls: "a NULL expiry or settlement gives NULL",
    errors: "a settlement that is neither 'am' nor 'pm'; an unknown calendar; a date outside the years it knows, \
             1990-01-02 … 2030-12-31",
    lookahead: Lookahead::Row,
    source: "definition; Cboe Rule 5.1 and NYSE Rule 7.2, scheduled hours",
    example: "SELECT option_expiry(DATE '2021-01-15') AS pm, option_expiry(DATE '2021-01-15', settlement => 'am') AS am, option_expiry(DATE '2014-06-21') AS saturday\n----\n2021-01-15T21:00:00Z 2021-01-15T14:30:00Z 2014-06-20T20:00:00Z",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction {
        contract: &CONTRACT,
        returns: DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        prepare: |call| calendar(CONTRACT.name, call).map(drop),
        evaluate,
    }
    .function()
}

fn evaluate(call: &Call, arrays: &[ArrayRef]) -> Result<ArrayRef> {
    let instants = instants(&CONTRACT, call, arrays)?;
    let micros = instants.iter().map(|at| at.map(|at| at.timestamp_micros()));
    Ok(Arc::new(micros.collect::<TimestampMicrosecondArray>().with_timezone("UTC")))
}

/// When the options of a call are settled.
pub(super) fn instants(
    contract: &'static Contract,
    call: &Call,
    arrays: &[ArrayRef],
) -> Result<Vec<Option<DateTime<Utc>>>> {
    let calendar = calendar(contract.name, call)?;
    let columns = Columns::new(contract, arrays);
    let expiries = columns.of::<Date32Array>("expiry")?;
    let settlements = columns.of::<StringArray>("settlement")?;
    let instant = |(days, settlement): (Option<i32>, Option<&str>)| {
        let Some((days, settlement)) = days.zip(settlement) else { return Ok(None) };
        let settlement = match settlement {
            text if text.eq_ignore_ascii_case("am") => Settlement::Morning,
            text if text.eq_ignore_ascii_case("pm") => Settlement::Afternoon,
            text => {
                return exec_err!(
                    "{}: argument 'settlement' is '{text}', expected 'am' or 'pm'",
                    contract.name
                );
            }
        };
        let expiry = known_date(contract.name, "expiry", calendar, days)?;
        match settlement.instant(expiry, calendar) {
            Ok(instant) => Ok(Some(instant)),
            Err(outside) => exec_err!("{}: {outside}", contract.name),
        }
    };
    expiries.iter().zip(settlements).map(instant).collect()
}
