//! `session_close`: the instant a trading session ends.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, TimestampMicrosecondArray};
use datafusion::arrow::datatypes::{DataType, Date32Type, TimeUnit};
use datafusion::common::{Result, exec_err};

use crate::function::{Argument, Contract, Function, Kind, Lookahead, Role};
use crate::known_calendar::{calendar, known_date};
use crate::relation::Call;
use crate::scalar::ScalarFunction;

const CONTRACT: Contract = Contract {
    name: "session_close",
    family: "calendar",
    summary: "The scheduled end of a date's trading session, early closes and daylight saving \
              included.",
    arguments: &[
        Argument {
            name: "calendar",
            role: Role::Constant(Kind::Text),
            default: None,
            unit: "–",
            meaning: "exchange: 'XNYS' (also 'NYSE'), in either letter case",
        },
        Argument {
            name: "date",
            role: Role::Column(Kind::Date),
            default: None,
            unit: "date",
            meaning: "day in the exchange's time zone, 1990-01-01 … 2030-12-31",
        },
    ],
    returns: "last instant of continuous trading [timestamp, UTC]; NULL on a day without a session",
    nulls: "a NULL date gives NULL",
    errors: "an unknown calendar; a date outside the years the calendar knows",
    lookahead: Lookahead::Row,
    source: "definition; NYSE Rule 7.2 and holiday notices, scheduled hours",
    example: "SELECT session_close('XNYS', DATE '2024-11-29') AS half_day, \
              session_close('XNYS', DATE '2024-03-11') AS summer_time, \
              session_close('XNYS', DATE '2024-12-25') AS christmas\n\
              ----\n\
              2024-11-29T18:00:00Z 2024-03-11T20:00:00Z NULL",
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

fn evaluate(call: &Call, columns: &[ArrayRef]) -> Result<ArrayRef> {
    let calendar = calendar(CONTRACT.name, call)?;
    let Some(dates) = columns.first().and_then(|c| c.as_primitive_opt::<Date32Type>()) else {
        return exec_err!("{}: argument 'date' is not a date column", CONTRACT.name);
    };
    let close = |days: Option<i32>| {
        let date = days.map(|d| known_date(CONTRACT.name, "date", calendar, d)).transpose()?;
        Ok(date.and_then(|d| calendar.session(d)).map(|s| s.close.timestamp_micros()))
    };
    let closes = dates.iter().map(close).collect::<Result<TimestampMicrosecondArray>>()?;
    Ok(Arc::new(closes.with_timezone("UTC")))
}
