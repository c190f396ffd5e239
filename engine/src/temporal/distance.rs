//! Distances in time: TOLERANCE, offsets, window bounds.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::{DFSchema, Result, ScalarValue, plan_err};
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::optimizer::simplify_expressions::ExprSimplifier;

const DAY_NANOS: i128 = 86_400_000_000_000;

/// A constant distance as ticks of a time column: days of a DATE, units of a TIMESTAMP.
pub(super) fn ticks(what: &str, distance: Expr, time: &DataType) -> Result<i64> {
    let shown = distance.to_string();
    let context = SimplifyContext::builder().with_schema(Arc::new(DFSchema::empty())).build();
    let value = match ExprSimplifier::new(context).simplify(distance)? {
        Expr::Literal(value, _) => value,
        _ => return plan_err!("{what}: '{shown}' is not a constant"),
    };
    let (ticks, remedy) = match (time, nanos(&value)) {
        (DataType::Int64, None) => (whole(&value), "a whole number, as the times are"),
        (DataType::Int64, Some(_)) => (None, "a whole number, as the times are"),
        (DataType::Date32, Some(nanos)) => {
            (exact(nanos, DAY_NANOS), "whole days, as INTERVAL '5 days', as the times are dates")
        }
        (DataType::Timestamp(unit, _), Some(nanos)) => {
            let tick = match unit {
                TimeUnit::Second => 1_000_000_000,
                TimeUnit::Millisecond => 1_000_000,
                TimeUnit::Microsecond => 1_000,
                TimeUnit::Nanosecond => 1,
            };
            (exact(nanos, tick), "whole ticks of the time column")
        }
        _ => (None, "an interval of fixed length, as INTERVAL '5 seconds' (months vary)"),
    };
    match ticks {
        Some(ticks) => Ok(ticks),
        None => plan_err!("{what}: was {shown}, expected {remedy}"),
    }
}

fn exact(nanos: i128, tick: i128) -> Option<i64> {
    if nanos % tick == 0 { i64::try_from(nanos / tick).ok() } else { None }
}

fn whole(value: &ScalarValue) -> Option<i64> {
    match value.cast_to(&DataType::Int64).ok()? {
        ScalarValue::Int64(n) if value.data_type().is_integer() => n,
        _ => None,
    }
}

/// The length of an interval without months.
fn nanos(value: &ScalarValue) -> Option<i128> {
    match value {
        ScalarValue::IntervalMonthDayNano(Some(v)) if v.months == 0 => {
            Some(i128::from(v.days) * DAY_NANOS + i128::from(v.nanoseconds))
        }
        ScalarValue::IntervalDayTime(Some(v)) => {
            Some(i128::from(v.days) * DAY_NANOS + i128::from(v.milliseconds) * 1_000_000)
        }
        _ => None,
    }
}
