//! From the rows a query gives to the rows a point-in-time table stores: columns by name, safe
//! casts, lineage filled in, and every row checked.

use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, RecordBatch, StringArray, TimestampMicrosecondArray, new_null_array,
};
use datafusion::arrow::compute::{CastOptions, cast_with_options};
use datafusion::arrow::datatypes::{
    DataType, Date32Type, Float32Type, Float64Type, Schema, SchemaRef, TimeUnit,
    TimestampMicrosecondType, TimestampNanosecondType,
};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::error::DataFusionError;

use crate::definition::{
    INGESTED_AT, KNOWN_AT, LINEAGE, PitDefinition, SOURCE_URI, TRANSFORM_ID, did_you_mean,
};
use crate::types::instant;
use crate::{Error, Result};

const MICROS_A_DAY: i64 = 86_400_000_000;

/// Where the rows of one insert come from.
#[derive(Debug, Clone)]
pub struct Lineage {
    /// The load instant of every row, and the knowledge time of rows that bring none. Freeze it
    /// once a run.
    pub ingested_at: DateTime<Utc>,
    /// The source of rows that bring no `source_uri`.
    pub source_uri: Option<String>,
    /// What made the rows, for example a hash of the statement.
    pub transform_id: Option<String>,
}

/// Where a stored column comes from.
#[derive(Debug, Clone, Copy)]
enum Origin {
    Input(usize),
    IngestedAt,
    SourceUri,
    TransformId,
    /// A column that the input leaves out, or does not know yet.
    Null,
}

/// Turns input batches into checked rows of the table.
#[derive(Debug)]
pub(crate) struct Intake {
    definition: PitDefinition,
    schema: SchemaRef,
    origins: Vec<Origin>,
    lineage: Lineage,
    /// Whether the input brings no knowledge time.
    pub known_at_defaulted: bool,
    /// Lowest and highest event time seen, in the event column's own units.
    pub event_range: Mutex<Option<(i64, i64)>>,
}

impl Intake {
    /// Matches the input's columns with the table's.
    pub fn new(definition: &PitDefinition, input: &Schema, lineage: &Lineage) -> Result<Self> {
        let schema = definition.schema();
        let table = &definition.name;
        for field in input.fields() {
            if field.name() == INGESTED_AT {
                return Err(Error::data(format!(
                    "table '{table}': column '{INGESTED_AT}' is filled in by the lake; leave it out"
                )));
            }
            if schema.index_of(field.name()).is_err() {
                let names = schema.fields().iter().map(|f| f.name().as_str());
                return Err(Error::data(format!(
                    "table '{table}': unknown column '{}'{}",
                    field.name(),
                    did_you_mean(field.name(), names.filter(|n| *n != INGESTED_AT))
                )));
            }
        }
        let origins = schema
            .fields()
            .iter()
            .map(|field| match (input.index_of(field.name()), field.name().as_str()) {
                (Ok(i), _) => {
                    check_cast(table, field.name(), input.field(i).data_type(), field.data_type())?;
                    Ok(Origin::Input(i))
                }
                (Err(_), KNOWN_AT | INGESTED_AT) => Ok(Origin::IngestedAt),
                (Err(_), SOURCE_URI) => Ok(Origin::SourceUri),
                (Err(_), TRANSFORM_ID) => Ok(Origin::TransformId),
                (Err(_), _) if field.is_nullable() => Ok(Origin::Null),
                (Err(_), name) => {
                    let given = input.fields().iter().map(|f| f.name().as_str());
                    let given: Vec<&str> = given.filter(|n| !LINEAGE.contains(n)).collect();
                    Err(Error::data(format!(
                        "table '{table}': column '{name}' is missing, was ({}); columns are matched by name: key and event time must be there",
                        given.join(", ")
                    )))
                }
            })
            .collect::<Result<Vec<_>>>()?;
        let known_at_defaulted = input.index_of(KNOWN_AT).is_err();
        Ok(Self {
            definition: definition.clone(),
            schema,
            origins,
            lineage: lineage.clone(),
            known_at_defaulted,
            event_range: Mutex::new(None),
        })
    }

    /// The stored form of a batch, or an error that names the first wrong row.
    pub fn rows(&self, batch: &RecordBatch) -> Result<RecordBatch> {
        let rows = batch.num_rows();
        let ingested = self.lineage.ingested_at.timestamp_micros();
        let text = |value: &Option<String>| -> ArrayRef {
            Arc::new(StringArray::from(vec![value.as_deref(); rows]))
        };
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(self.origins.len());
        for (field, origin) in self.schema.fields().iter().zip(&self.origins) {
            columns.push(match origin {
                Origin::Input(i) => {
                    self.stored_column(field.name(), field.data_type(), batch, *i)?
                }
                Origin::IngestedAt => Arc::new(
                    TimestampMicrosecondArray::from_value(ingested, rows).with_timezone("UTC"),
                ),
                Origin::SourceUri => text(&self.lineage.source_uri),
                Origin::TransformId => text(&self.lineage.transform_id),
                Origin::Null => new_null_array(field.data_type(), rows),
            });
        }
        // Nulls are checked below with a message that names the row.
        let loose: Vec<_> =
            self.schema.fields().iter().map(|f| f.as_ref().clone().with_nullable(true)).collect();
        let stored = RecordBatch::try_new(Arc::new(Schema::new(loose)), columns)
            .map_err(DataFusionError::from)?;
        self.check(&stored)?;
        let columns = stored.columns().to_vec();
        Ok(RecordBatch::try_new(Arc::clone(&self.schema), columns)
            .map_err(DataFusionError::from)?)
    }

    fn stored_column(
        &self,
        name: &str,
        to: &DataType,
        batch: &RecordBatch,
        i: usize,
    ) -> Result<ArrayRef> {
        let from = batch.column(i);
        let options = CastOptions { safe: true, ..CastOptions::default() };
        let stored = cast_with_options(from, to, &options).map_err(DataFusionError::from)?;
        // A cast that lost a value left a null behind; one that lost nanoseconds did not.
        let lost = match from.data_type() {
            DataType::Timestamp(TimeUnit::Nanosecond, _) => {
                let nanos = from.as_primitive::<TimestampNanosecondType>();
                nanos.iter().position(|n| n.is_some_and(|n| n % 1000 != 0))
            }
            _ if stored.logical_null_count() == from.logical_null_count() => None,
            _ => {
                let nulls = from.logical_nulls();
                (0..from.len()).find(|&row| {
                    stored.is_null(row) && nulls.as_ref().is_none_or(|n| n.is_valid(row))
                })
            }
        };
        match lost {
            None => Ok(stored),
            Some(row) => Err(Error::data(format!(
                "table '{}': column '{name}' cannot hold {} as {to} in row {}; round or cast the value in the query",
                self.definition.name,
                value_text(from, row),
                self.row_text_of_input(batch, row)
            ))),
        }
    }

    fn check(&self, stored: &RecordBatch) -> Result<()> {
        let table = &self.definition.name;
        for (field, column) in self.schema.fields().iter().zip(stored.columns()) {
            if !field.is_nullable() && column.null_count() > 0 {
                let row = (0..column.len()).find(|&r| column.is_null(r)).unwrap_or_default();
                return Err(Error::data(format!(
                    "table '{table}': column '{}' is NULL in row {}; key, event time and known_at need a value: drop the row or repair the source",
                    field.name(),
                    self.row_text(stored, row)
                )));
            }
            if let Some(row) = first_not_finite(column) {
                return Err(Error::data(format!(
                    "table '{table}': column '{}' is {} in row {}; write NULL for a missing value",
                    field.name(),
                    value_text(column, row),
                    self.row_text(stored, row)
                )));
            }
        }
        let column = |name: &str| stored.column_by_name(name).cloned();
        let (Some(event), Some(known)) = (column(&self.definition.event_time), column(KNOWN_AT))
        else {
            return Ok(());
        };
        let event = event_values(&event);
        let known = known.as_primitive::<TimestampMicrosecondType>();
        let scale = if self.event_is_date() { MICROS_A_DAY } else { 1 };
        let early =
            event.iter().zip(known.values()).position(|(e, k)| *k < e.saturating_mul(scale));
        if let Some(row) = early {
            return Err(Error::data(format!(
                "table '{table}': known_at {} is before the event time in row {}; give the instant at which a subscriber could know the row, for example the session's close",
                value_text(stored.column_by_name(KNOWN_AT).unwrap_or(stored.column(0)), row),
                self.row_text(stored, row)
            )));
        }
        if let (Some(low), Some(high)) = (event.iter().min(), event.iter().max())
            && let Ok(mut range) = self.event_range.lock()
        {
            let (old_low, old_high) = range.unwrap_or((*low, *high));
            *range = Some((old_low.min(*low), old_high.max(*high)));
        }
        Ok(())
    }

    fn event_is_date(&self) -> bool {
        let event = self.schema.field_with_name(&self.definition.event_time);
        event.is_ok_and(|f| f.data_type() == &DataType::Date32)
    }

    /// `symbol='AAPL', date=2020-01-02`.
    fn row_text(&self, stored: &RecordBatch, row: usize) -> String {
        row_text(&self.definition.identity_columns(), stored, row)
    }

    fn row_text_of_input(&self, input: &RecordBatch, row: usize) -> String {
        row_text(&self.definition.identity_columns(), input, row)
    }
}

/// The named columns of a row for a message.
pub(crate) fn row_text(names: &[String], batch: &RecordBatch, row: usize) -> String {
    let parts = names.iter().filter_map(|name| {
        Some(format!("{name}={}", value_text(batch.column_by_name(name)?, row)))
    });
    format!("({})", parts.collect::<Vec<_>>().join(", "))
}

/// A value for a message: strings quoted, NULL spelled out.
pub(crate) fn value_text(column: &ArrayRef, row: usize) -> String {
    if column.is_null(row) {
        return "NULL".into();
    }
    let text = array_value_to_string(column, row).unwrap_or_else(|_| "?".into());
    match column.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => format!("'{text}'"),
        _ => text,
    }
}

/// The event column as days or microseconds since 1970. It holds no nulls here.
fn event_values(event: &ArrayRef) -> Vec<i64> {
    match event.data_type() {
        DataType::Date32 => {
            event.as_primitive::<Date32Type>().values().iter().map(|d| i64::from(*d)).collect()
        }
        _ => event.as_primitive::<TimestampMicrosecondType>().values().to_vec(),
    }
}

fn first_not_finite(column: &ArrayRef) -> Option<usize> {
    match column.data_type() {
        DataType::Float64 => {
            let values = column.as_primitive::<Float64Type>();
            values.iter().position(|v| v.is_some_and(|v| !v.is_finite()))
        }
        DataType::Float32 => {
            let values = column.as_primitive::<Float32Type>();
            values.iter().position(|v| v.is_some_and(|v| !v.is_finite()))
        }
        _ => None,
    }
}

/// Refuses conversions that change what a value means. Values that do not fit are refused later,
/// row by row.
fn check_cast(
    table: &crate::TableName,
    column: &str,
    from: &DataType,
    to: &DataType,
) -> Result<()> {
    let from = match from {
        DataType::Dictionary(_, value) => value.as_ref(),
        other => other,
    };
    let text = matches!(from, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View);
    let whole = from.is_integer();
    let safe = match to {
        _ if from == to || from == &DataType::Null => true,
        DataType::Utf8 => text,
        DataType::Float64 => whole || from.is_floating() || from.is_decimal(),
        DataType::Float32 => matches!(
            from,
            DataType::Float16
                | DataType::Int8
                | DataType::Int16
                | DataType::UInt8
                | DataType::UInt16
        ),
        DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Int64 => whole,
        DataType::Decimal128(_, scale) => match from {
            DataType::Decimal32(_, s)
            | DataType::Decimal64(_, s)
            | DataType::Decimal128(_, s)
            | DataType::Decimal256(_, s) => s <= scale,
            _ => whole,
        },
        DataType::Date32 => text || from == &DataType::Date64,
        to if to == &instant() => {
            text || from == &DataType::Date32 || matches!(from, DataType::Timestamp(..))
        }
        DataType::Binary => {
            matches!(
                from,
                DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_)
            )
        }
        DataType::List(_) | DataType::Struct(_) => from.is_nested(),
        _ => false,
    };
    if safe {
        return Ok(());
    }
    Err(Error::data(format!(
        "table '{table}': column '{column}' was {from}, expected {to}; write CAST({column} AS …) in the query if that is what you mean"
    )))
}

/// A batch of a plain table in its stored form.
pub(crate) fn stored_batch(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
    let strict = CastOptions { safe: false, ..CastOptions::default() };
    let columns = schema
        .fields()
        .iter()
        .zip(batch.columns())
        .map(|(field, column)| cast_with_options(column, field.data_type(), &strict))
        .collect::<Result<Vec<_>, _>>()
        .map_err(DataFusionError::from)?;
    Ok(RecordBatch::try_new(Arc::clone(schema), columns).map_err(DataFusionError::from)?)
}
