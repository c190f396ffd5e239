//! Where a sorted file begins and ends, as tags of its log entry. The log's own bounds cannot tell
//! whether two files share a row's identity: they are of single columns, and cut to milliseconds.

use std::collections::HashMap;

use datafusion::arrow::array::{AsArray, RecordBatch};
use datafusion::arrow::compute::{max, min};
use datafusion::arrow::datatypes::{DataType, Schema, TimeUnit, TimestampMicrosecondType};
use datafusion::common::ScalarValue;
use deltalake_core::kernel::Add;
use serde_json::{Value, json};

use crate::Result;
use crate::definition::KNOWN_AT;

/// Tag on files written in order of (key, event time, `known_at`); its value names the columns.
const SORTED_BY: &str = "trademl.sorted_by";
/// Tags on sorted files: the first and the last row's values of the columns they are sorted by.
const FIRST_ROW: &str = "trademl.first_row";
const LAST_ROW: &str = "trademl.last_row";
/// Tag on sorted files: their lowest and highest `known_at`, in microseconds.
const KNOWN_AT_RANGE: &str = "trademl.known_at";

/// Tag on sorted files: identities that part their rows about evenly.
const SPLITS: &str = "trademl.splits";
/// Parts of a file between them.
const PARTS: u64 = 8;

/// A sorted file's ends. The last column is `known_at`, those before it are a row's identity.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Extent {
    pub sorted_by: Vec<String>,
    pub first: Vec<ScalarValue>,
    pub last: Vec<ScalarValue>,
    /// Lowest and highest `known_at`, in microseconds.
    pub known_at: (i64, i64),
    /// Identities at which parts of about the same number of rows begin, but for the first part.
    pub splits: Vec<Vec<ScalarValue>>,
}

impl Extent {
    /// Reads the tags back. `None` if they are missing or not ours.
    pub fn from_tags(add: &Add, schema: &Schema) -> Option<Self> {
        let tags = add.tags.as_ref()?;
        let tag = |name: &str| tags.get(name)?.as_deref();
        let sorted_by: Vec<String> = tag(SORTED_BY)?.split(',').map(str::to_owned).collect();
        let types =
            sorted_by.iter().map(|name| Some(schema.field_with_name(name).ok()?.data_type()));
        let types = types.collect::<Option<Vec<_>>>()?;
        let typed = |values: &[Value], types: &[&DataType]| -> Option<Vec<ScalarValue>> {
            let same = values.len() == types.len();
            let values = types.iter().zip(values).map(|(t, v)| from_json(t, v));
            same.then(|| values.collect()).flatten()
        };
        let row = |name: &str| -> Option<Vec<ScalarValue>> {
            typed(&serde_json::from_str::<Vec<Value>>(tag(name)?).ok()?, &types)
        };
        let known_at = serde_json::from_str(tag(KNOWN_AT_RANGE)?).ok()?;
        let splits: Vec<Vec<Value>> =
            tag(SPLITS).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        let identity = &types[..types.len() - 1];
        let splits = splits.iter().map(|values| typed(values, identity)).collect::<Option<_>>()?;
        Some(Self { first: row(FIRST_ROW)?, last: row(LAST_ROW)?, known_at, sorted_by, splits })
    }

    /// The tags that say it; `None` for types that are not told.
    fn tags(&self) -> Option<[(String, Option<String>); 5]> {
        let row = |values: &[ScalarValue]| -> Option<Value> {
            Some(Value::from(values.iter().map(to_json).collect::<Option<Vec<_>>>()?))
        };
        let splits = self.splits.iter().map(|values| row(values)).collect::<Option<Vec<_>>>()?;
        let values = [
            (SORTED_BY, self.sorted_by.join(",")),
            (FIRST_ROW, row(&self.first)?.to_string()),
            (LAST_ROW, row(&self.last)?.to_string()),
            (KNOWN_AT_RANGE, json!(self.known_at).to_string()),
            (SPLITS, Value::from(splits).to_string()),
        ];
        Some(values.map(|(name, value)| (name.to_owned(), Some(value))))
    }

    /// What names the first row, whatever its revision.
    pub fn first_identity(&self) -> &[ScalarValue] {
        &self.first[..self.first.len() - 1]
    }

    /// What names the last row, whatever its revision.
    pub fn last_identity(&self) -> &[ScalarValue] {
        &self.last[..self.last.len() - 1]
    }
}

/// Notes the rows of sorted files while they are written, then tags the files.
#[derive(Debug)]
pub(crate) struct Extents {
    sorted_by: Vec<String>,
    /// Rows up to and with each batch, and the batch's own extent.
    batches: Vec<(u64, Extent)>,
}

impl Extents {
    pub fn new(sorted_by: &[String]) -> Self {
        Self { sorted_by: sorted_by.to_vec(), batches: vec![] }
    }

    /// Notes a batch, which lies in one file as a whole.
    pub fn note(&mut self, batch: &RecordBatch) -> Result<()> {
        let Some(last) = batch.num_rows().checked_sub(1) else { return Ok(()) };
        if self.sorted_by.is_empty() {
            return Ok(());
        }
        let row = |row: usize| -> Result<Vec<ScalarValue>> {
            let columns = self.sorted_by.iter().filter_map(|name| batch.column_by_name(name));
            Ok(columns.map(|c| ScalarValue::try_from_array(c, row)).collect::<Result<_, _>>()?)
        };
        let known_at = batch.column_by_name(KNOWN_AT);
        let Some(known_at) =
            known_at.and_then(|c| c.as_primitive_opt::<TimestampMicrosecondType>())
        else {
            return Ok(());
        };
        let (Some(low), Some(high)) = (min(known_at), max(known_at)) else { return Ok(()) };
        let before = self.batches.last().map_or(0, |(rows, _)| *rows);
        let extent = Extent {
            first: row(0)?,
            last: row(last)?,
            known_at: (low, high),
            sorted_by: self.sorted_by.clone(),
            splits: vec![],
        };
        self.batches.push((before + batch.num_rows() as u64, extent));
        Ok(())
    }

    /// Tags the files that hold the noted batches, in their order. A file whose row count says that
    /// it holds other rows stays without tags, which costs a sort at each read and nothing else.
    pub fn tag(self, files: &mut [Add]) {
        let mut batches = self.batches.into_iter().peekable();
        let mut end = 0;
        for file in files {
            let start = end;
            end += rows(file).unwrap_or_default();
            let mut whole: Option<(u64, Extent)> = None;
            while let Some((upto, batch)) = batches.next_if(|(upto, _)| *upto <= end) {
                whole = Some(match whole {
                    None => (upto, batch),
                    Some((before, mut extent)) => {
                        let parts = extent.splits.len() as u64 + 1;
                        let (rows, left) = (end - start, end - before);
                        if (rows - left) * PARTS >= parts * rows && left * PARTS * 2 > rows {
                            extent.splits.push(batch.first_identity().to_vec());
                        }
                        extent.last = batch.last;
                        extent.known_at.0 = extent.known_at.0.min(batch.known_at.0);
                        extent.known_at.1 = extent.known_at.1.max(batch.known_at.1);
                        (upto, extent)
                    }
                });
            }
            let Some((_, extent)) = whole.filter(|(upto, _)| *upto == end) else { return };
            let Some(tags) = extent.tags() else { return };
            file.tags.get_or_insert_with(HashMap::new).extend(tags);
        }
    }
}

/// The rows of a file just written.
pub(crate) fn rows(file: &Add) -> Option<u64> {
    serde_json::from_str::<Value>(file.stats.as_deref()?).ok()?["numRecords"].as_u64()
}

fn to_json(value: &ScalarValue) -> Option<Value> {
    Some(match value {
        ScalarValue::Utf8(Some(text)) => json!(text),
        ScalarValue::Boolean(Some(yes)) => json!(yes),
        ScalarValue::Int8(Some(n)) => json!(n),
        ScalarValue::Int16(Some(n)) => json!(n),
        ScalarValue::Int32(Some(n)) => json!(n),
        ScalarValue::Int64(Some(n)) => json!(n),
        ScalarValue::Date32(Some(days)) => json!(days),
        ScalarValue::TimestampMicrosecond(Some(micros), _) => json!(micros),
        _ => return None,
    })
}

fn from_json(data_type: &DataType, value: &Value) -> Option<ScalarValue> {
    Some(match data_type {
        DataType::Utf8 => ScalarValue::Utf8(Some(value.as_str()?.to_owned())),
        DataType::Boolean => ScalarValue::Boolean(Some(value.as_bool()?)),
        DataType::Int8 => ScalarValue::Int8(Some(value.as_i64()?.try_into().ok()?)),
        DataType::Int16 => ScalarValue::Int16(Some(value.as_i64()?.try_into().ok()?)),
        DataType::Int32 => ScalarValue::Int32(Some(value.as_i64()?.try_into().ok()?)),
        DataType::Int64 => ScalarValue::Int64(Some(value.as_i64()?)),
        DataType::Date32 => ScalarValue::Date32(Some(value.as_i64()?.try_into().ok()?)),
        DataType::Timestamp(TimeUnit::Microsecond, zone) => {
            ScalarValue::TimestampMicrosecond(Some(value.as_i64()?), zone.clone())
        }
        _ => return None,
    })
}
