//! How long a bucket of `SAMPLE BY` is.

use std::sync::Arc;

use datafusion::arrow::datatypes::IntervalMonthDayNano;
use datafusion::common::{Result, ScalarValue, plan_err};

const MINUTE: i64 = 60_000_000;
const DAY: i64 = 24 * 60 * MINUTE;
/// The first Monday since 1970.
const MONDAY: i64 = 4 * DAY;

/// A step of so many months, or days and microseconds, and where the first bucket begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    pub months: i32,
    /// Microseconds, days among them.
    pub micros: i64,
    /// Microseconds after midnight.
    offset: i64,
    /// Weeks begin on Monday.
    weeks: bool,
}

impl Step {
    /// Reads `5`, `m` and an offset as `09:30`.
    pub fn read(count: &str, unit: &str, offset: &str) -> Result<Self> {
        let Some(count) = count.parse::<i32>().ok().filter(|count| *count > 0) else {
            return plan_err!("SAMPLE BY: was {count}{unit}, expected a whole number > 0 of units");
        };
        // The case of the letters tells months from minutes, as QuestDB has it.
        let (months, micros) = match unit {
            "U" => (0, 1),
            "T" => (0, 1_000),
            "s" => (0, 1_000_000),
            "m" => (0, MINUTE),
            "h" => (0, 60 * MINUTE),
            "d" => (0, DAY),
            "w" => (0, 7 * DAY),
            "M" => (1, 0),
            "y" => (12, 0),
            _ => {
                return plan_err!(
                    "SAMPLE BY: unknown unit '{unit}', expected one of U (microseconds), T \
                     (milliseconds), s, m (minutes), h, d, w, M (months), y"
                );
            }
        };
        let (months, micros): (_, Option<i64>) =
            (count.checked_mul(months), i64::checked_mul(micros, count.into()));
        let (Some(months), Some(micros)) = (months, micros) else {
            return plan_err!("SAMPLE BY: {count}{unit} is too long");
        };
        Ok(Self { months, micros, offset: minutes(offset)?, weeks: unit == "w" })
    }

    /// Whether buckets of it begin at midnight.
    pub fn is_of_days(&self) -> bool {
        self.micros % DAY == 0 && self.offset == 0
    }

    /// The step as SQL has it.
    pub fn interval(&self) -> ScalarValue {
        // No more than 2^31 units of days fit, and fewer of anything else.
        let (days, micros) = (self.micros / DAY, self.micros % DAY);
        let days = i32::try_from(days).unwrap_or(i32::MAX);
        let interval = IntervalMonthDayNano::new(self.months, days, micros * 1_000);
        ScalarValue::IntervalMonthDayNano(Some(interval))
    }

    /// Where buckets begin, if that is not midnight of 1970-01-01.
    pub fn origin(&self, zone: Option<Arc<str>>) -> Option<ScalarValue> {
        let at = self.offset + if self.weeks { MONDAY } else { 0 };
        (at != 0).then(|| ScalarValue::TimestampNanosecond(Some(at * 1_000), zone))
    }

    /// The unit of `date_trunc` that gives the same buckets, if they are of the calendar.
    pub fn unit(&self) -> Option<&'static str> {
        match (self.months, self.micros, self.offset) {
            (1, 0, 0) => Some("month"),
            (12, 0, 0) => Some("year"),
            (0, length, 0) if self.weeks && length == 7 * DAY => Some("week"),
            _ => None,
        }
    }
}

/// `09:30` or `-02:00` as nanoseconds.
fn minutes(offset: &str) -> Result<i64> {
    let (sign, digits) = match offset.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, offset.strip_prefix('+').unwrap_or(offset)),
    };
    let number = |text: &str, below: i64| {
        let number = text.parse::<i64>().ok().filter(|n| (0..below).contains(n));
        number.filter(|_| text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit()))
    };
    let read = digits.split_once(':');
    let read = read.and_then(|(h, m)| Some(number(h, 24)? * 60 + number(m, 60)?));
    match read {
        Some(minutes) => Ok(sign * minutes * MINUTE),
        None => plan_err!(
            "ALIGN TO CALENDAR WITH OFFSET: was '{offset}', expected hours and minutes, as '09:30'"
        ),
    }
}
