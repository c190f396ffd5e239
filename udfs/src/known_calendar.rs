//! The `calendar` argument, and dates within the years it knows.

use chrono::NaiveDate;
use datafusion::arrow::datatypes::Date32Type;
use datafusion::common::{Result, exec_err, plan_err};
use trademl_math::sessions::{Calendar, FIRST_YEAR, LAST_YEAR};

use crate::relation::{Call, did_you_mean};

/// The calendar a call names.
pub(crate) fn calendar(function: &str, call: &Call) -> Result<Calendar> {
    let name = call.text("calendar")?;
    match Calendar::named(name) {
        Some(calendar) => Ok(calendar),
        None => plan_err!(
            "{function}: unknown calendar '{name}'{}, expected {}",
            did_you_mean(name, Calendar::NAMES),
            Calendar::NAMES.join(" or ")
        ),
    }
}

/// A date argument (days since 1970-01-01) that the calendar knows.
pub(crate) fn known_date(
    function: &str,
    argument: &str,
    calendar: Calendar,
    days: i32,
) -> Result<NaiveDate> {
    match Date32Type::to_naive_date_opt(days) {
        Some(date) if calendar.covers(date) => Ok(date),
        date => exec_err!(
            "{function}: argument '{argument}' is {}, expected a date from {FIRST_YEAR}-01-01 to \
             {LAST_YEAR}-12-31, the years the calendar knows",
            date.map_or_else(|| format!("day {days}"), |d| d.to_string())
        ),
    }
}
