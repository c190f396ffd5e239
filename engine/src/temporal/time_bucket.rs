//! `time_bucket(width, ts [, offset | origin])`, as `TimescaleDB` and `DuckDB` have it: `date_bin` with
//! their origin, a Monday, so that nothing else needs to know of it.

use chrono::{DateTime, Months, TimeDelta};
use datafusion::arrow::compute::kernels::cast_utils::parse_interval_month_day_nano;
use datafusion::arrow::datatypes::IntervalMonthDayNano;
use datafusion::sql::sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, Interval, ObjectName,
    UnaryOperator,
};

use super::clause::string;
use crate::error::{Error, Result};
use crate::rewrite::expression;

/// 2000-01-03, a Monday: where buckets of days and less begin.
const MONDAY: i64 = 946_857_600;
/// 2000-01-01: where buckets of months begin.
const JANUARY: i64 = 946_684_800;
const DAY: i64 = 86_400_000_000_000;
const SYNTAX: &str = "time_bucket(width, ts, offset => INTERVAL '0 hours')";

/// Turns a call of `time_bucket` into one of `date_bin`.
pub(crate) fn as_date_bin(call: &mut Function) -> Result<()> {
    if !call.name.to_string().eq_ignore_ascii_case("time_bucket") {
        return Ok(());
    }
    let FunctionArguments::List(list) = &mut call.args else {
        return Err(Error::sql(format!("time_bucket: write {SYNTAX}")));
    };
    let mut arguments = vec![];
    for argument in &list.args {
        let (name, value) = match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(e)) => (None, e),
            FunctionArg::Named { name, arg: FunctionArgExpr::Expr(e), .. } => {
                (Some(name.value.to_lowercase()), e)
            }
            other => return Err(Error::sql(format!("time_bucket: '{other}' is not a value"))),
        };
        let expected = match arguments.len() {
            0 => ["width", "bucket_width"],
            1 => ["ts", "time"],
            _ => ["offset", "origin"],
        };
        if let Some(name) = name
            && !expected.contains(&name.as_str())
        {
            return Err(Error::sql(format!(
                "time_bucket: unknown argument '{name}'; write {SYNTAX}"
            )));
        }
        arguments.push(value.clone());
    }
    let (width, time, third) = match arguments.as_slice() {
        [width, time] => (width, time, None),
        [width, time, third] => (width, time, Some(third)),
        _ => {
            let count = arguments.len();
            return Err(Error::sql(format!("time_bucket: {count} arguments; write {SYNTAX}")));
        }
    };
    let Some(width) = interval(width) else {
        return Err(Error::sql(format!(
            "time_bucket: the width is {width}, expected a constant interval, as INTERVAL '15 minutes'"
        )));
    };
    let of_months = width.months != 0;
    let shift = match third {
        None => IntervalMonthDayNano::default(),
        Some(e) => interval(e).unwrap_or_default(),
    };
    let nanos = i64::from(width.days) * DAY + width.nanoseconds;
    // Where the day is a whole number of buckets, those of date_bin are the same, and known as such.
    let same = !of_months && nanos > 0 && DAY % nanos == 0;
    let given = third.filter(|e| interval(e).is_none());
    let origin = match given {
        Some(origin) => Some(origin.clone()),
        None if same && shift == IntervalMonthDayNano::default() => None,
        None => Some(expression(&origin(of_months, shift)?)?),
    };
    let width = format!(
        "INTERVAL '{} months {} days {} nanoseconds'",
        width.months, width.days, width.nanoseconds
    );
    let new = [expression(&width)?, time.clone()].into_iter().chain(origin);
    list.args = new.map(|e| FunctionArg::Unnamed(FunctionArgExpr::Expr(e))).collect();
    call.name = ObjectName::from(vec![Ident::new("date_bin")]);
    Ok(())
}

/// Where buckets begin, as SQL.
fn origin(of_months: bool, shift: IntervalMonthDayNano) -> Result<String> {
    let from = DateTime::from_timestamp(if of_months { JANUARY } else { MONDAY }, 0);
    let months = Months::new(shift.months.unsigned_abs());
    let moved = from.and_then(|from| match shift.months < 0 {
        true => from.checked_sub_months(months),
        false => from.checked_add_months(months),
    });
    let moved = moved.and_then(|from| {
        let days = TimeDelta::try_days(shift.days.into())?;
        from.checked_add_signed(days + TimeDelta::nanoseconds(shift.nanoseconds))
    });
    match moved {
        Some(origin) => Ok(format!("TIMESTAMP '{}'", origin.format("%Y-%m-%dT%H:%M:%S%.9f"))),
        None => Err(Error::sql("time_bucket: the offset is too long")),
    }
}

/// A constant interval.
fn interval(e: &Expr) -> Option<IntervalMonthDayNano> {
    match e {
        Expr::Nested(e) => interval(e),
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => {
            let IntervalMonthDayNano { months, days, nanoseconds } = interval(expr)?;
            Some(IntervalMonthDayNano::new(-months, -days, -nanoseconds))
        }
        Expr::Interval(Interval { value, leading_field, last_field: None, .. }) => {
            let number = match value.as_ref() {
                Expr::Value(v) => v.value.clone().into_string().unwrap_or_else(|| v.to_string()),
                Expr::UnaryOp { .. } => value.to_string(),
                _ => return None,
            };
            let text = match leading_field {
                Some(unit) => format!("{number} {unit}"),
                None => number,
            };
            parse_interval_month_day_nano(&text).ok()
        }
        e => parse_interval_month_day_nano(string(e)?).ok().filter(|_| {
            // A text may be an instant, too.
            string(e).is_some_and(|text| {
                text.contains(|c: char| c.is_ascii_alphabetic() && c != 'T' && c != 'Z')
            })
        }),
    }
}
