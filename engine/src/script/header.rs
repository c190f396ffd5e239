//! The comment header of a script: one sentence, then fixed keys.

use chrono::{NaiveDate, TimeZone, Utc};
use datafusion::arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::ScalarValue;
use trademl_udfs::relation::did_you_mean;

use super::ranges::Unit;
use crate::error::{Error, Place, Result};
use crate::lake_catalog::parse_instant;

/// The keys a header may have, in their order.
const KEYS: [&str; 10] = [
    "name",
    "version",
    "kind",
    "grain",
    "inputs",
    "lookahead",
    "audits",
    "params",
    "owner",
    "source",
];

/// What a script says about itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Header {
    /// One sentence: what the relation is or the script does.
    pub sentence: String,
    /// The relation's name, or the script's.
    pub name: String,
    /// Raised when the meaning changes.
    pub version: u32,
    /// What becomes of the script's statements.
    pub kind: Kind,
    /// The length of the ranges in which a point-in-time table is made, if it is.
    pub unit: Option<Unit>,
    /// The columns that identify a row; the last one of a point-in-time table is its event time.
    pub grain: Vec<String>,
    /// Relations and files it reads, if it says so.
    pub inputs: Option<Vec<String>>,
    /// What of its result may look ahead.
    pub lookahead: Lookahead,
    /// Audits that look at it.
    pub audits: Vec<String>,
    /// Parameters it takes.
    pub parameters: Vec<Parameter>,
}

/// What of a script's result may look ahead: the first word of its `lookahead`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lookahead {
    /// Nothing.
    #[default]
    None,
    /// Columns that are labels, and are remembered as such.
    Label,
    /// Anything, as an evaluation does; what looks ahead is remembered.
    Full,
}

/// What becomes of a script's statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Statements that run in order; the top of a run.
    Pipeline,
    /// Statements that run in order.
    Script,
    /// One SELECT, appended to a point-in-time table.
    PitTable,
    /// One SELECT, which replaces a table.
    Table,
    /// One SELECT, which others read by name.
    View,
}

impl Kind {
    const NAMES: [(&'static str, Self); 5] = [
        ("pipeline", Self::Pipeline),
        ("script", Self::Script),
        ("pit table", Self::PitTable),
        ("table", Self::Table),
        ("view", Self::View),
    ];

    /// Whether the script is one SELECT that gives a relation.
    pub fn is_relation(self) -> bool {
        matches!(self, Self::PitTable | Self::Table | Self::View)
    }
}

/// A declared parameter: `name TYPE [= default]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// The name, without `$`.
    pub name: String,
    /// The type.
    pub data_type: DataType,
    /// The value when none is given.
    pub default: Option<ScalarValue>,
}

impl Parameter {
    /// A value given as text, as the declared type.
    pub fn value(&self, text: &str) -> Result<ScalarValue> {
        let wrong = |expected: &str| {
            Error::usage(format!("parameter '{}' is {expected}, was '{text}'", self.name))
        };
        let text = text.trim();
        match &self.data_type {
            DataType::Int64 => {
                text.parse().map(|v| ScalarValue::Int64(Some(v))).map_err(|_| wrong("an integer"))
            }
            DataType::Float64 => match text.parse::<f64>() {
                Ok(v) if v.is_finite() => Ok(ScalarValue::Float64(Some(v))),
                _ => Err(wrong("a number")),
            },
            DataType::Boolean => text
                .to_lowercase()
                .parse()
                .map(|v| ScalarValue::Boolean(Some(v)))
                .map_err(|_| wrong("true or false")),
            DataType::Date32 => {
                let date = NaiveDate::parse_from_str(text, "%Y-%m-%d")
                    .map_err(|_| wrong("a date (2020-01-31)"))?;
                let days = date.signed_duration_since(NaiveDate::default()).num_days();
                Ok(ScalarValue::Date32(i32::try_from(days).ok()))
            }
            DataType::Timestamp(..) => {
                let at = parse_instant(text).map_err(|_| wrong("a timestamp"))?;
                let at = Utc.from_utc_datetime(&at.naive_utc());
                Ok(ScalarValue::TimestampMicrosecond(
                    Some(at.timestamp_micros()),
                    Some("UTC".into()),
                ))
            }
            _ => Ok(ScalarValue::Utf8(Some(text.to_string()))),
        }
    }

    /// Reads `train_end DATE = '2009-12-31'`.
    fn parse(text: &str) -> Result<Self> {
        let wrong = || {
            Error::usage(format!(
                "params: '{text}' is not a parameter, expected: name TYPE = default, with TYPE one \
                 of BIGINT, DOUBLE, BOOLEAN, TEXT, DATE, TIMESTAMP"
            ))
        };
        let (declared, default) = match text.split_once('=') {
            Some((declared, default)) => (declared, Some(default.trim())),
            None => (text, None),
        };
        let mut words = declared.split_whitespace();
        let (Some(name), Some(kind), None) = (words.next(), words.next(), words.next()) else {
            return Err(wrong());
        };
        let data_type = match kind.to_uppercase().as_str() {
            "BIGINT" | "INTEGER" | "INT" => DataType::Int64,
            "DOUBLE" | "FLOAT" => DataType::Float64,
            "BOOLEAN" => DataType::Boolean,
            "TEXT" | "VARCHAR" => DataType::Utf8,
            "DATE" => DataType::Date32,
            "TIMESTAMP" => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            _ => return Err(wrong()),
        };
        let mut parameter =
            Self { name: name.trim_start_matches('$').to_lowercase(), data_type, default: None };
        if let Some(default) = default {
            parameter.default = Some(parameter.value(default.trim_matches('\''))?);
        }
        Ok(parameter)
    }
}

impl Header {
    /// Reads the comment lines at the top of a script.
    ///
    /// # Errors
    ///
    /// On an unknown or repeated key, or a missing `name`, `version` or `kind`, with the line.
    pub fn parse(text: &str) -> Result<Self> {
        let mut sentence = String::new();
        let mut values: Vec<(String, String, usize)> = vec![];
        let mut lines = 0;
        for (i, line) in text.lines().enumerate() {
            let Some(comment) = line.trim().strip_prefix("--").map(str::trim) else { break };
            lines = i + 1;
            let key = comment.split_once(':').filter(|(k, _)| {
                !k.is_empty() && k.chars().all(|c| c.is_ascii_lowercase() || c == '_')
            });
            match key {
                Some((key, value)) => {
                    if !KEYS.contains(&key) {
                        return Err(Error::usage(format!(
                            "unknown header key '{key}'{}, known: {}",
                            did_you_mean(key, KEYS),
                            KEYS.join(", ")
                        ))
                        .at(Place::of(text, i + 1, 4)));
                    }
                    if values.iter().any(|(k, ..)| k == key) {
                        return Err(Error::usage(format!("header key '{key}' is given twice"))
                            .at(Place::of(text, i + 1, 4)));
                    }
                    values.push((key.to_string(), value.trim().to_string(), i + 1));
                }
                None if values.is_empty() => {
                    sentence = format!("{sentence} {comment}").trim().to_string();
                }
                // A long value goes on in the next line.
                None => {
                    if let Some((_, value, _)) = values.last_mut() {
                        *value = format!("{value} {comment}");
                    }
                }
            }
        }
        let get = |key: &str| values.iter().find(|(k, ..)| k == key);
        let required = |key: &str| {
            get(key).map(|(_, v, line)| (v.as_str(), *line)).ok_or_else(|| {
                Error::usage(format!(
                    "the script's header has no '{key}'; it opens with one sentence and then \
                     lines like -- name: features.equity"
                ))
                .at(Place::of(text, lines.max(1), 1))
            })
        };
        let list = |key: &str| -> Vec<String> {
            let items = get(key).map(|(_, v, _)| items(v));
            items.into_iter().flatten().filter(|s| !s.is_empty() && s != "-").collect()
        };
        let (name, _) = required("name")?;
        let (version, version_line) = required("version")?;
        let (kind, kind_line) = required("kind")?;
        let version = version.parse().map_err(|_| {
            Error::usage(format!("version: expected a whole number, was '{version}'"))
                .at(Place::of(text, version_line, 4))
        })?;
        let (kind, unit) = match kind.split_once(" by ") {
            Some((kind @ "pit table", by)) => {
                match Unit::NAMES.iter().find(|(name, _)| *name == by) {
                    Some((_, unit)) => (kind, Some(*unit)),
                    None => {
                        return Err(Error::usage(format!(
                            "kind: was 'pit table by {by}'{}, expected by {}",
                            did_you_mean(by, Unit::NAMES.map(|(name, _)| name)),
                            Unit::NAMES.map(|(name, _)| name).join(", ")
                        ))
                        .at(Place::of(text, kind_line, 4)));
                    }
                }
            }
            _ => (kind, None),
        };
        let Some((_, kind)) = Kind::NAMES.iter().find(|(word, _)| *word == kind) else {
            let words: Vec<_> = Kind::NAMES.iter().map(|(word, _)| *word).collect();
            return Err(Error::usage(format!(
                "kind: was '{kind}'{}, expected one of {}",
                did_you_mean(kind, words.iter().copied()),
                words.join(", ")
            ))
            .at(Place::of(text, kind_line, 4)));
        };
        let lookahead = match get("lookahead") {
            None => Lookahead::None,
            Some((_, value, line)) => lookahead(value).ok_or_else(|| {
                Error::usage(format!(
                    "lookahead: was '{value}', expected it to begin with none, label or full, as in \
                     label: closes up to label_end"
                ))
                .at(Place::of(text, *line, 4))
            })?,
        };
        let parameters = list("params")
            .iter()
            .map(|p| {
                let line = get("params").map_or(1, |(_, _, line)| *line);
                Parameter::parse(p).map_err(|e| e.at(Place::of(text, line, 4)))
            })
            .collect::<Result<_>>()?;
        Ok(Self {
            sentence,
            name: name.to_string(),
            version,
            kind: *kind,
            unit,
            grain: list("grain"),
            inputs: get("inputs").map(|_| list("inputs")),
            lookahead,
            audits: list("audits"),
            parameters,
        })
    }
}

/// What commas separate, those in parentheses and quotes apart.
fn items(text: &str) -> Vec<String> {
    let (mut items, mut open, mut quoted) = (vec![String::new()], 0_i32, false);
    for c in text.chars() {
        match c {
            '\'' => quoted = !quoted,
            '(' if !quoted => open += 1,
            ')' if !quoted => open -= 1,
            ',' if !quoted && open == 0 => {
                items.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(item) = items.last_mut() {
            item.push(c);
        }
    }
    items.iter().map(|item| item.trim().to_string()).collect()
}

/// The first word of a text, which may explain itself after a colon.
fn lookahead(text: &str) -> Option<Lookahead> {
    let word = text.split([':', ' ', ',', ';']).next().unwrap_or_default();
    match word {
        "none" => Some(Lookahead::None),
        "label" => Some(Lookahead::Label),
        "full" => Some(Lookahead::Full),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "-- Momentum of each stock.\n-- name: features.momentum\n-- version: 2\n-- kind: table\n-- grain: symbol, date\n-- params: n BIGINT = 252, until DATE\nSELECT 1";

    #[test]
    fn a_header_is_read() {
        let header = Header::parse(TEXT).unwrap();
        assert_eq!(header.sentence, "Momentum of each stock.");
        assert_eq!((header.version, header.kind), (2, Kind::Table));
        assert_eq!(header.grain, ["symbol", "date"]);
        assert_eq!(header.parameters[0].default, Some(ScalarValue::Int64(Some(252))));
        assert_eq!(header.parameters[1].data_type, DataType::Date32);
    }

    #[test]
    fn an_unknown_key_is_an_error_with_its_line() {
        let error = Header::parse(&TEXT.replace("grain", "grian")).unwrap_err();
        assert!(error.message.contains("did you mean 'grain'?"), "{error}");
        assert_eq!(error.place.unwrap().line, 5);
    }

    #[test]
    fn values_are_checked_against_their_type() {
        let header = Header::parse(TEXT).unwrap();
        assert!(header.parameters[1].value("2020-02-30").unwrap_err().message.contains("a date"));
        assert!(header.parameters[0].value("x").unwrap_err().message.contains("an integer"));
    }
}
