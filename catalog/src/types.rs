//! The Arrow types a lake stores, which are those Delta has a name for.

use std::sync::Arc;

use datafusion::arrow::datatypes::{
    DataType, Field, FieldRef, Fields, Schema, SchemaRef, TimeUnit,
};

use crate::{Error, Result};

/// A UTC instant in microseconds, the only kind of instant in the lake.
pub fn instant() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

/// The stored form of `data_type`: unsigned integers widen, strings are `Utf8`, instants are UTC
/// microseconds.
pub(crate) fn stored_type(column: &str, data_type: &DataType) -> Result<DataType> {
    Ok(match data_type {
        DataType::Boolean
        | DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::Float32
        | DataType::Float64
        | DataType::Date32 => data_type.clone(),
        DataType::UInt8 => DataType::Int16,
        DataType::UInt16 => DataType::Int32,
        DataType::UInt32 | DataType::UInt64 => DataType::Int64,
        DataType::Float16 => DataType::Float32,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => DataType::Utf8,
        DataType::Binary
        | DataType::LargeBinary
        | DataType::BinaryView
        | DataType::FixedSizeBinary(_) => DataType::Binary,
        DataType::Date64 => DataType::Date32,
        DataType::Timestamp(..) => instant(),
        DataType::Decimal32(p, s) | DataType::Decimal64(p, s) | DataType::Decimal128(p, s)
            if *s >= 0 =>
        {
            DataType::Decimal128(*p, *s)
        }
        DataType::Dictionary(_, value) => stored_type(column, value)?,
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::ListView(item)
        | DataType::FixedSizeList(item, _) => DataType::List(stored_item(column, item)?),
        DataType::Struct(fields) => DataType::Struct(
            fields.iter().map(|f| stored_field(f).map(Arc::new)).collect::<Result<Fields>>()?,
        ),
        other => {
            return Err(Error::usage(format!(
                "column '{column}': type {other} cannot be stored; cast it to BOOLEAN, an integer, DOUBLE, DECIMAL, VARCHAR, DATE or TIMESTAMP"
            )));
        }
    })
}

fn stored_item(column: &str, item: &FieldRef) -> Result<FieldRef> {
    Ok(Arc::new(Field::new("element", stored_type(column, item.data_type())?, item.is_nullable())))
}

/// The stored form of a field. Metadata is dropped: it belongs to the query that made it.
pub(crate) fn stored_field(field: &Field) -> Result<Field> {
    let data_type = stored_type(field.name(), field.data_type())?;
    Ok(Field::new(field.name(), data_type, field.is_nullable()))
}

/// The stored form of a schema, every column nullable, names unique without regard to case.
pub(crate) fn stored_schema(schema: &Schema) -> Result<SchemaRef> {
    let fields = schema
        .fields()
        .iter()
        .map(|f| stored_field(f).map(|f| f.with_nullable(true)))
        .collect::<Result<Vec<_>>>()?;
    check_names(&fields)?;
    Ok(Arc::new(Schema::new(fields)))
}

/// Refuses names that Delta or Parquet cannot carry.
pub(crate) fn check_names(fields: &[Field]) -> Result<()> {
    let mut seen: Vec<String> = vec![];
    for field in fields {
        let name = field.name();
        if name.is_empty() || name.chars().any(|c| " ,;{}()\n\t=".contains(c)) {
            return Err(Error::usage(format!(
                "column '{}': the name holds a character that Delta does not allow; name it with AS, for example 'mean_return'",
                name.escape_default()
            )));
        }
        let folded = name.to_lowercase();
        if seen.contains(&folded) {
            return Err(Error::usage(format!("column '{name}': named twice; rename one with AS")));
        }
        seen.push(folded);
    }
    if seen.is_empty() {
        return Err(Error::usage("columns: was an empty list, expected at least one column"));
    }
    Ok(())
}
