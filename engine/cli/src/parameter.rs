//! `--param name=value`: values with a type, bound and never pasted into the text.

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use datafusion::common::ScalarValue;
use trademl_engine::parse_instant;

/// A named, typed value for `$name` in the SQL.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Without the `$`.
    pub name: String,
    /// Bound value.
    pub value: ScalarValue,
}

const TYPES: &str = "int, float, bool, date, timestamp, text";

impl FromStr for Parameter {
    type Err = String;

    /// Reads `name=value` (the type is seen from the value) or `name:type=value`.
    fn from_str(text: &str) -> Result<Self, String> {
        let Some((left, value)) = text.split_once('=') else {
            return Err(format!(
                "parameter: no '=' in '{text}', expected name=value or name:type=value"
            ));
        };
        let (name, kind) = match left.split_once(':') {
            Some((name, kind)) => (name, Some(kind)),
            None => (left, None),
        };
        let is_name = name.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_alphanumeric() || c == '_');
        if !is_name {
            return Err(format!(
                "parameter: '{name}' is not a name, expected letters, digits and underscores, \
                 beginning with a letter"
            ));
        }
        let value = match kind {
            Some(kind) => typed(name, kind, value)?,
            None => guessed(value),
        };
        Ok(Self { name: name.to_owned(), value })
    }
}

fn typed(name: &str, kind: &str, value: &str) -> Result<ScalarValue, String> {
    let read = match kind.to_ascii_lowercase().as_str() {
        "int" | "bigint" => int(value),
        "float" | "double" => value.parse().ok().map(|v| ScalarValue::Float64(Some(v))),
        "bool" | "boolean" => boolean(value),
        "date" => date(value),
        "timestamp" => timestamp(value),
        "text" | "varchar" | "string" => Some(ScalarValue::Utf8(Some(value.to_owned()))),
        _ => {
            return Err(format!(
                "parameter {name}: unknown type '{kind}', expected one of {TYPES}"
            ));
        }
    };
    read.ok_or_else(|| format!("parameter {name}: '{value}' is not a value of type {kind}"))
}

fn guessed(value: &str) -> ScalarValue {
    int(value)
        .or_else(|| float(value))
        .or_else(|| boolean(value))
        .or_else(|| date(value))
        .or_else(|| timestamp(value))
        .unwrap_or_else(|| ScalarValue::Utf8(Some(value.to_owned())))
}

fn int(value: &str) -> Option<ScalarValue> {
    value.parse().ok().map(|v| ScalarValue::Int64(Some(v)))
}

/// Only what looks like a number: `nan` and `inf` are more likely symbols than values.
fn float(value: &str) -> Option<ScalarValue> {
    if !value.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.')) {
        return None;
    }
    let number: f64 = value.parse().ok()?;
    number.is_finite().then_some(ScalarValue::Float64(Some(number)))
}

fn boolean(value: &str) -> Option<ScalarValue> {
    match value {
        "true" | "TRUE" | "True" => Some(ScalarValue::Boolean(Some(true))),
        "false" | "FALSE" | "False" => Some(ScalarValue::Boolean(Some(false))),
        _ => None,
    }
}

fn date(value: &str) -> Option<ScalarValue> {
    let date = NaiveDate::parse_from_str(value, "%Y-%m-%d").ok()?;
    let epoch = NaiveDate::default();
    i32::try_from((date - epoch).num_days()).ok().map(|days| ScalarValue::Date32(Some(days)))
}

fn timestamp(value: &str) -> Option<ScalarValue> {
    let instant = instant(value).ok()?;
    Some(ScalarValue::TimestampMicrosecond(Some(instant.timestamp_micros()), Some("UTC".into())))
}

/// Reads a point in time by the rule that SQL follows too.
pub fn instant(value: &str) -> Result<DateTime<Utc>, String> {
    parse_instant(value).map_err(|e| e.message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> ScalarValue {
        text.parse::<Parameter>().unwrap().value
    }

    #[test]
    fn the_value_shows_its_type() {
        assert_eq!(value("n=20"), ScalarValue::Int64(Some(20)));
        assert_eq!(value("x=-1.5e3"), ScalarValue::Float64(Some(-1500.0)));
        assert_eq!(value("b=true"), ScalarValue::Boolean(Some(true)));
        // 2022-12-30 is 19 356 days after 1970-01-01 (Julian days 2459943.5 and 2440587.5).
        assert_eq!(value("d=2022-12-30"), ScalarValue::Date32(Some(19_356)));
        assert_eq!(
            value("t=1970-01-02T00:00:01Z"),
            ScalarValue::TimestampMicrosecond(Some(86_401_000_000), Some("UTC".into()))
        );
        assert_eq!(value("s=AAPL"), ScalarValue::Utf8(Some("AAPL".into())));
        assert_eq!(value("s="), ScalarValue::Utf8(Some(String::new())));
        assert_eq!(value("s=a=b"), ScalarValue::Utf8(Some("a=b".into())));
        assert_eq!(value("s=nan"), ScalarValue::Utf8(Some("nan".into())));
        assert_eq!(value("s=2022-13-01"), ScalarValue::Utf8(Some("2022-13-01".into())));
    }

    #[test]
    fn a_written_type_wins() {
        assert_eq!(value("s:text=2022-12-30"), ScalarValue::Utf8(Some("2022-12-30".into())));
        assert_eq!(value("x:float=1"), ScalarValue::Float64(Some(1.0)));
        assert_eq!(
            value("t:timestamp=1970-01-02"),
            ScalarValue::TimestampMicrosecond(Some(86_400_000_000), Some("UTC".into()))
        );
    }

    #[test]
    fn errors_name_the_parameter_and_what_is_expected() {
        let error = |text: &str| text.parse::<Parameter>().unwrap_err();
        assert_eq!(error("n"), "parameter: no '=' in 'n', expected name=value or name:type=value");
        assert_eq!(error("n:int=x"), "parameter n: 'x' is not a value of type int");
        assert_eq!(
            error("n:money=1"),
            "parameter n: unknown type 'money', expected one of int, float, bool, date, timestamp, text"
        );
        assert!(error("1a=2").starts_with("parameter: '1a' is not a name"));
    }

    #[test]
    fn points_in_time() {
        let at = |text: &str| instant(text).map(|t| t.to_rfc3339());
        assert_eq!(at("2022-12-30").unwrap(), "2022-12-30T00:00:00+00:00");
        assert_eq!(at("2022-12-30 21:15:00").unwrap(), "2022-12-30T21:15:00+00:00");
        assert_eq!(at("2022-12-30T16:15:00-05:00").unwrap(), "2022-12-30T21:15:00+00:00");
        assert_eq!(at("2022-12-30T21:15Z").unwrap(), "2022-12-30T21:15:00+00:00");
        assert!(at("yesterday").unwrap_err().contains("'yesterday' is not a timestamp"));
    }
}
