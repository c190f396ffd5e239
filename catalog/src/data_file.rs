//! One Parquet file of a table as the log describes it.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use datafusion::arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use datafusion::common::ScalarValue;
use deltalake_core::kernel::{Add, LogicalFileView, Remove};
use serde_json::Value;

use crate::definition::KNOWN_AT;
use crate::extent::Extent;
use crate::{Error, Result};

/// Tag on files none of whose rows revises a row that the table held before, or another of the
/// same insert. If all files carry it, every row is its key's only revision.
pub(crate) const FIRST_REVISIONS: &str = "trademl.first_revisions";

/// Lowest and highest value of a column in a file, as far as known.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bounds {
    pub min: Option<ScalarValue>,
    pub max: Option<ScalarValue>,
    pub nulls: Option<u64>,
}

/// A file's address, size and statistics.
#[derive(Debug, Clone)]
pub(crate) struct DataFile {
    /// Below the table's folder.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// Milliseconds since 1970.
    pub modified: i64,
    pub rows: Option<u64>,
    /// Whether a deletion vector, written by another tool, takes some of its rows away.
    pub has_deletions: bool,
    pub partition: HashMap<String, Option<String>>,
    /// By column of the schema; partition columns have exact bounds.
    pub bounds: Arc<Vec<Bounds>>,
    pub first_revisions: bool,
    /// Where it begins and ends, if it is sorted.
    pub extent: Option<Extent>,
}

impl DataFile {
    /// Reads a file entry of the log.
    pub fn from_log(file: &LogicalFileView, schema: &Schema) -> Result<Self> {
        // The Add action is the only public view of a file's tags.
        #[allow(deprecated)]
        let add = file.add_action();
        Self::from_add(&add, schema)
    }

    /// Reads a file just written.
    pub fn from_add(add: &Add, schema: &Schema) -> Result<Self> {
        let stats: Value = add
            .stats
            .as_deref()
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or(Value::Null);
        let mut bounds = schema
            .fields()
            .iter()
            .map(|field| match add.partition_values.get(field.name()) {
                Some(value) => partition_bounds(field, value.as_deref()),
                None => Ok(column_bounds(field, &stats)),
            })
            .collect::<Result<Vec<_>>>()?;
        let extent = Extent::from_tags(add, schema);
        if let (Some(extent), Ok(known_at)) = (&extent, schema.index_of(KNOWN_AT)) {
            let (low, high) = extent.known_at;
            let instant = |v| Some(ScalarValue::TimestampMicrosecond(Some(v), Some("UTC".into())));
            bounds[known_at] = Bounds { min: instant(low), max: instant(high), nulls: Some(0) };
        }
        let deleted = add.deletion_vector.as_ref().map(|d| d.cardinality.max(0).unsigned_abs());
        let tag = |name: &str| add.tags.as_ref().and_then(|tags| tags.get(name)?.clone());
        Ok(Self {
            path: add.path.clone(),
            size: u64::try_from(add.size).unwrap_or_default(),
            modified: add.modification_time,
            rows: stats["numRecords"].as_u64().map(|n| n.saturating_sub(deleted.unwrap_or(0))),
            has_deletions: deleted.is_some(),
            partition: add.partition_values.clone(),
            bounds: Arc::new(bounds),
            first_revisions: tag(FIRST_REVISIONS).as_deref() == Some("true"),
            extent,
        })
    }

    /// The log entry that takes the file out of the table. Without `data_change` its rows are in
    /// other files of the same commit.
    pub fn remove(&self, data_change: bool, now: i64) -> Remove {
        Remove {
            path: self.path.clone(),
            data_change,
            deletion_timestamp: Some(now),
            extended_file_metadata: Some(true),
            partition_values: Some(self.partition.clone()),
            size: i64::try_from(self.size).ok(),
            ..Remove::default()
        }
    }

    /// The file's value of a partition column.
    pub fn partition_value(&self, field: &Field) -> Result<ScalarValue> {
        let text = self.partition.get(field.name()).and_then(Option::as_deref);
        parse_partition_value(field, text)
    }
}

fn partition_bounds(field: &Field, text: Option<&str>) -> Result<Bounds> {
    let value = parse_partition_value(field, text)?;
    let known = (!value.is_null()).then_some(value);
    Ok(Bounds { min: known.clone(), max: known, nulls: None })
}

fn parse_partition_value(field: &Field, text: Option<&str>) -> Result<ScalarValue> {
    let Some(text) = text.filter(|t| !t.is_empty()) else {
        return Ok(ScalarValue::try_new_null(field.data_type())?);
    };
    ScalarValue::try_from_string(text.to_owned(), field.data_type()).map_err(|e| {
        Error::storage(format!("column '{}': damaged partition value '{text}': {e}", field.name()))
    })
}

fn column_bounds(field: &Field, stats: &Value) -> Bounds {
    let (name, data_type) = (field.name(), field.data_type());
    Bounds {
        min: parse_bound(data_type, &stats["minValues"][name], false),
        max: parse_bound(data_type, &stats["maxValues"][name], true),
        nulls: stats["nullCount"][name].as_u64(),
    }
}

/// A bound in Delta's JSON form. Instants are cut to milliseconds there, so that an upper bound
/// has to be raised by one.
fn parse_bound(data_type: &DataType, value: &Value, upper: bool) -> Option<ScalarValue> {
    Some(match data_type {
        DataType::Int8 => ScalarValue::Int8(Some(value.as_i64()?.try_into().ok()?)),
        DataType::Int16 => ScalarValue::Int16(Some(value.as_i64()?.try_into().ok()?)),
        DataType::Int32 => ScalarValue::Int32(Some(value.as_i64()?.try_into().ok()?)),
        DataType::Int64 => ScalarValue::Int64(Some(value.as_i64()?)),
        DataType::Float64 => ScalarValue::Float64(Some(value.as_f64()?)),
        DataType::Utf8 => ScalarValue::Utf8(Some(value.as_str()?.to_owned())),
        DataType::Date32 => {
            let date: NaiveDate = value.as_str()?.parse().ok()?;
            let days = date.signed_duration_since(NaiveDate::default()).num_days();
            ScalarValue::Date32(Some(days.try_into().ok()?))
        }
        DataType::Timestamp(TimeUnit::Microsecond, zone) => {
            let text = value.as_str()?;
            let instant = DateTime::parse_from_rfc3339(text)
                .map(|t| t.to_utc())
                .or_else(|_| text.parse::<NaiveDateTime>().map(|t| t.and_utc()))
                .ok()?;
            let micros = instant.timestamp_micros().checked_add(if upper { 999 } else { 0 })?;
            ScalarValue::TimestampMicrosecond(Some(micros), zone.clone())
        }
        _ => return None,
    })
}
