//! `time_bars`: bars of so much time, within sessions.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, TimeUnit};
use datafusion::common::{Result, ScalarValue, plan_err};
use trademl_math::bars::Clock;

use super::trades::{PRICE, SEQUENCE, SIZE, SYMBOL, TRADES, TS, Trades, fields, values};
use crate::function::{Argument, Body, Contract, Function, Kind, Lookahead, Role};
use crate::panel::is_bound;
use crate::relation::{Call, Emit, Group, RelationFunction};

const CONTRACT: Contract = Contract {
    name: "time_bars",
    family: "bars",
    summary: "Bars of so many seconds from the open of a session on, or from midnight UTC without sessions; \
              the last bar of a session ends with it, so that none spans two. Intervals without trades \
              give none.",
    arguments: &[
        TRADES,
        SYMBOL,
        TS,
        PRICE,
        SIZE,
        Argument {
            name: "seconds",
            role: Role::Constant(Kind::Integer),
            default: Some("60"),
            unit: "s",
            meaning: "length of a bar, 1 to 86400",
        },
        Argument {
            name: "session_open",
            role: Role::Constant(Kind::Text),
            default: Some("NULL"),
            unit: "time of day, UTC",
            meaning: "when a session opens, as '14:30' or '14:30:00'; trades outside sessions are left out",
        },
        Argument {
            name: "session_close",
            role: Role::Constant(Kind::Text),
            default: Some("NULL"),
            unit: "time of day, UTC",
            meaning: "when it closes, itself excluded; at or before the open it is that of the next day",
        },
        SEQUENCE,
    ],
    returns: "the symbol; bar_end (end of the interval, itself excluded: when the bar is known); bar_start \
              (start of the interval); open, high, low, close, volume, dollar (Σ price · size) DOUBLE; trades \
              BIGINT; vwap DOUBLE (dollar / volume)",
    nulls: "a row with a NULL price or size is treated as absent; NULL symbol or ts is an error. A bar is \
            given once the symbol has a trade at or after its end. An empty relation gives no rows",
    errors: "price or size ≤ 0, NaN or infinite; ts a date; seconds < 1 or > 86400; one of session_open and \
             session_close without the other, or not a time of day",
    lookahead: Lookahead::Past,
    source: "Definition; López de Prado (2018), Advances in Financial Machine Learning, §2.3.1.1. Times of \
             day are UTC: a market with daylight saving time has other ones in summer",
    example: "SELECT bar_end, bar_start, open, close, volume FROM time_bars((SELECT s AS symbol, t::TIMESTAMP AS \
              ts, p AS price, q AS size FROM (VALUES ('A', '2024-01-02T14:29:00', 10.0, 5.0), \
              ('A', '2024-01-02T14:30:01', 11.0, 1.0), ('A', '2024-01-02T14:33:00', 9.0, 2.0), \
              ('A', '2024-01-02T14:35:00', 10.0, 4.0), ('A', '2024-01-02T21:00:00', 12.0, 1.0)) \
              AS t(s, t, p, q)), seconds => 300, session_open => '14:30', session_close => '21:00') ORDER BY \
              bar_end\n\
              ----\n\
              2024-01-02T14:35:00 2024-01-02T14:30:00 11.0 9.0 3.0\n\
              2024-01-02T14:40:00 2024-01-02T14:35:00 10.0 10.0 4.0",
};

/// The entry for the registry.
pub fn function() -> Function {
    Function { contract: &CONTRACT, body: Body::Relation(Arc::new(TimeBars)) }
}

#[derive(Debug)]
struct TimeBars;

impl RelationFunction for TimeBars {
    fn contract(&self) -> &'static Contract {
        &CONTRACT
    }

    fn output(&self, call: &Call) -> Result<Vec<Field>> {
        match is_bound(call, &["session_open", "session_close"]) {
            true => drop(clock(call)?),
            false => drop(ticks_a_second(call)?),
        }
        fields(call)
    }

    fn evaluate(&self, call: &Call, group: &Group, emit: Emit<'_>) -> Result<()> {
        let trades = Trades::of(&CONTRACT, group)?;
        let bars = clock(call)?.bars(&trades.trades, &trades.ticks()?);
        let ts = call.column_type("ts")?;
        let times = |of: Vec<i64>| -> Result<ArrayRef> { Ok(cast(&Int64Array::from(of), ts)?) };
        let mut columns = vec![
            times(bars.iter().map(|(_, _, end)| *end).collect())?,
            times(bars.iter().map(|(_, start, _)| *start).collect())?,
        ];
        columns.extend(values(bars.iter().map(|(bar, ..)| bar)));
        emit(columns)
    }
}

fn clock(call: &Call) -> Result<Clock> {
    let second = ticks_a_second(call)?;
    let seconds = call.integer("seconds")?;
    if !(1..=86_400).contains(&seconds) {
        return plan_err!("seconds: expected an integer from 1 to 86400, was {seconds}");
    }
    let session = match (time_of_day(call, "session_open")?, time_of_day(call, "session_close")?) {
        (Some(open), Some(close)) => Some((open * second, close * second)),
        (None, None) => None,
        _ => return plan_err!("pass both session_open and session_close, or none"),
    };
    Ok(Clock { step: seconds * second, day: 86_400 * second, session })
}

fn ticks_a_second(call: &Call) -> Result<i64> {
    match call.column_type("ts")? {
        DataType::Timestamp(TimeUnit::Second, _) => Ok(1),
        DataType::Timestamp(TimeUnit::Millisecond, _) => Ok(1_000),
        DataType::Timestamp(TimeUnit::Microsecond, _) => Ok(1_000_000),
        DataType::Timestamp(TimeUnit::Nanosecond, _) => Ok(1_000_000_000),
        other => plan_err!("{}: argument 'ts' is {other}, expected a timestamp", CONTRACT.name),
    }
}

/// Seconds after midnight.
fn time_of_day(call: &Call, name: &str) -> Result<Option<i64>> {
    if call.constants.get(name).is_some_and(ScalarValue::is_null) {
        return Ok(None);
    }
    let text = call.text(name)?;
    let parts: Vec<Option<i64>> = text
        .split(':')
        .map(|p| (p.len() == 2).then(|| p.parse::<u8>().ok().map(i64::from)).flatten())
        .collect();
    let (hours, minutes, seconds) = match parts.as_slice() {
        [Some(h), Some(m)] => (*h, *m, 0),
        [Some(h), Some(m), Some(s)] => (*h, *m, *s),
        _ => (24, 60, 60),
    };
    match hours < 24 && minutes < 60 && seconds < 60 {
        true => Ok(Some(hours * 3600 + minutes * 60 + seconds)),
        false => plan_err!("{name}: expected a time of day as '14:30' or '14:30:00', was '{text}'"),
    }
}
