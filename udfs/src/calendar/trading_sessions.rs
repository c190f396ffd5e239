//! `trading_sessions`: the sessions of an exchange between two dates, one a row.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use datafusion::arrow::array::{ArrayRef, BooleanArray, Date32Array, TimestampMicrosecondArray};
use datafusion::arrow::datatypes::{DataType, Date32Type, Field, TimeUnit};
use datafusion::common::{Result, ScalarValue, plan_err};
use trademl_math::sessions::Session;

use crate::function::{Argument, Body, Contract, Function, Kind, Lookahead, Role};
use crate::known_calendar::{calendar, known_date};
use crate::relation::{Call, Emit, Group, RelationFunction};

const CONTRACT: Contract = Contract {
    name: "trading_sessions",
    family: "calendar",
    summary: "The trading sessions of an exchange between two dates, both included, oldest first.",
    arguments: &[
        Argument {
            name: "calendar",
            role: Role::Constant(Kind::Text),
            default: None,
            unit: "–",
            meaning: "exchange: 'XNYS' (also 'NYSE'), in either letter case",
        },
        Argument {
            name: "from",
            role: Role::Constant(Kind::Date),
            default: None,
            unit: "date",
            meaning: "first day, 1990-01-01 or later",
        },
        Argument {
            name: "to",
            role: Role::Constant(Kind::Date),
            default: None,
            unit: "date",
            meaning: "last day, 2030-12-31 or earlier",
        },
    ],
    returns: "session DATE (exchange's day), open_at and close_at TIMESTAMP UTC (scheduled \
              continuous trading), early_close BOOLEAN (ends before 16:00 New York)",
    nulls: "a NULL argument is an error",
    errors: "an unknown calendar; a date outside the years the calendar knows; from after to",
    lookahead: Lookahead::Row,
    source: "definition; NYSE Rule 7.2 and holiday notices, scheduled hours",
    example: "SELECT * FROM trading_sessions('XNYS', DATE '2024-11-27', DATE '2024-12-02')\n\
              ----\n\
              2024-11-27 2024-11-27T14:30:00Z 2024-11-27T21:00:00Z false\n\
              2024-11-29 2024-11-29T14:30:00Z 2024-11-29T18:00:00Z true\n\
              2024-12-02 2024-12-02T14:30:00Z 2024-12-02T21:00:00Z false",
};

/// The entry for the registry.
pub fn function() -> Function {
    Function { contract: &CONTRACT, body: Body::Relation(Arc::new(TradingSessions)) }
}

#[derive(Debug)]
struct TradingSessions;

impl RelationFunction for TradingSessions {
    fn contract(&self) -> &'static Contract {
        &CONTRACT
    }

    fn output(&self, call: &Call) -> Result<Vec<Field>> {
        // NULL stands in for a parameter that is not bound yet.
        if !call.constants.values().any(ScalarValue::is_null) {
            sessions(call)?;
        }
        let instant = || DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
        Ok(vec![
            Field::new("session", DataType::Date32, false),
            Field::new("open_at", instant(), false),
            Field::new("close_at", instant(), false),
            Field::new("early_close", DataType::Boolean, false),
        ])
    }

    fn evaluate(&self, call: &Call, _: &Group, emit: Emit<'_>) -> Result<()> {
        let sessions = sessions(call)?;
        let days = sessions.iter().map(|s| Date32Type::from_naive_date(s.date));
        let early: Vec<bool> = sessions.iter().map(|s| s.early_close).collect();
        emit(vec![
            Arc::new(Date32Array::from_iter_values(days)),
            instants(sessions, |s| s.open),
            instants(sessions, |s| s.close),
            Arc::new(BooleanArray::from(early)),
        ])
    }
}

fn instants(sessions: &[Session], of: fn(&Session) -> DateTime<Utc>) -> ArrayRef {
    let micros = sessions.iter().map(|s| of(s).timestamp_micros());
    Arc::new(TimestampMicrosecondArray::from_iter_values(micros).with_timezone("UTC"))
}

fn sessions(call: &Call) -> Result<&'static [Session]> {
    let calendar = calendar(CONTRACT.name, call)?;
    let day = |argument| known_date(CONTRACT.name, argument, calendar, call.date(argument)?);
    let (from, to) = (day("from")?, day("to")?);
    if from > to {
        return plan_err!(
            "{}: argument 'from' is {from}, expected a date not after 'to' = {to}",
            CONTRACT.name
        );
    }
    Ok(calendar.sessions(from, to))
}
