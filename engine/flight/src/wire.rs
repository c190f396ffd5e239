//! The one place that says how a result looks on the wire: its schema and its batches.
//!
//! Clients compare the schema of the stream with the one of the flight info, and older JDBC and
//! JavaScript clients know neither string views nor dictionaries, so both sides come from here.

use std::sync::Arc;

use arrow_flight::{FlightData, IpcMessage, SchemaAsIpc};
use datafusion::arrow::array::{Array, RecordBatch, RecordBatchOptions};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::ipc::writer::IpcWriteOptions;
use prost::bytes::Bytes;

/// Size a message is cut to, in bytes. Go and JavaScript clients refuse messages over 16 MiB or 4 MiB.
pub(crate) const MESSAGE_BYTES: usize = 2 << 20;

/// The schema a client sees for a result of this schema.
pub(crate) fn schema(schema: &Schema) -> SchemaRef {
    Arc::new(Schema::new(schema.fields().iter().map(field).collect::<Vec<_>>()))
}

/// Views become plain arrays and encoded values plain values; names and nullability stay, and of
/// the metadata only the names of extension types, the rest being storage details.
fn field(field: &FieldRef) -> FieldRef {
    let metadata = field.metadata().iter().filter(|(key, _)| key.starts_with("ARROW:extension:"));
    let metadata = metadata.map(|(key, value)| (key.clone(), value.clone())).collect();
    let wire = Field::new(field.name(), data_type(field.data_type()), field.is_nullable());
    Arc::new(wire.with_metadata(metadata))
}

/// The type a client sees for values of this type.
pub(crate) fn data_type(of: &DataType) -> DataType {
    match of {
        DataType::Utf8View => DataType::Utf8,
        DataType::BinaryView => DataType::Binary,
        DataType::Dictionary(_, values) => data_type(values),
        DataType::RunEndEncoded(_, values) => data_type(values.data_type()),
        DataType::List(item) | DataType::ListView(item) => DataType::List(field(item)),
        DataType::LargeList(item) | DataType::LargeListView(item) => {
            DataType::LargeList(field(item))
        }
        DataType::FixedSizeList(item, size) => DataType::FixedSizeList(field(item), *size),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(field).collect()),
        DataType::Map(entries, sorted) => DataType::Map(field(entries), *sorted),
        other => other.clone(),
    }
}

/// A batch in the wire schema made by [`schema`].
pub(crate) fn batch(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    let columns = batch.columns().iter().zip(schema.fields()).map(|(column, field)| {
        if column.data_type() == field.data_type() {
            Ok(Arc::clone(column))
        } else {
            cast(column, field.data_type())
        }
    });
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    let rows = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(Arc::clone(schema), columns, &rows)
}

/// Cuts a batch into pieces of at most `bytes`, by halves, so that one long row does not carry its
/// neighbours over the limit; a single row cannot be cut.
pub(crate) fn split(batch: RecordBatch, bytes: usize) -> Vec<RecordBatch> {
    let rows = batch.num_rows();
    if rows < 2 || size(&batch) <= bytes {
        return vec![batch];
    }
    let mut pieces = split(batch.slice(0, rows / 2), bytes);
    pieces.extend(split(batch.slice(rows / 2, rows - rows / 2), bytes));
    pieces
}

/// Bytes of the rows of a batch, without what their buffers hold beside them.
pub(crate) fn size(batch: &RecordBatch) -> usize {
    let columns = batch.columns().iter();
    columns.map(|c| c.to_data().get_slice_memory_size().unwrap_or(usize::MAX / 1024)).sum()
}

/// A schema as the bytes the Flight SQL messages carry it in.
pub(crate) fn schema_bytes(schema: &Schema) -> Result<Bytes, ArrowError> {
    let IpcMessage(bytes) = SchemaAsIpc::new(schema, &IpcWriteOptions::default()).try_into()?;
    Ok(bytes)
}

/// Bytes of one message received from a client.
pub(crate) fn received(message: &FlightData) -> usize {
    message.data_body.len() + message.data_header.len()
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::{
        AsArray, DictionaryArray, Int64Array, ListBuilder, StringArray, StringViewArray,
        StringViewBuilder,
    };
    use datafusion::arrow::datatypes::Int32Type;

    use super::*;

    #[test]
    fn views_and_dictionaries_become_plain_also_inside_lists() {
        let views = StringViewArray::from(vec![Some("a"), None]);
        let words: DictionaryArray<Int32Type> = ["x", "x"].into_iter().collect();
        let mut lists = ListBuilder::new(StringViewBuilder::new());
        lists.append_value([Some("l"), None]);
        lists.append_null();
        let lists = lists.finish();
        let source = Arc::new(Schema::new(vec![
            Field::new("v", DataType::Utf8View, true),
            Field::new("d", words.data_type().clone(), false),
            Field::new("l", lists.data_type().clone(), true),
        ]));
        let rows = RecordBatch::try_new(
            Arc::clone(&source),
            vec![Arc::new(views), Arc::new(words), Arc::new(lists)],
        )
        .unwrap();

        let wire = schema(&source);
        assert_eq!(wire.field(0), &Field::new("v", DataType::Utf8, true));
        assert_eq!(wire.field(1), &Field::new("d", DataType::Utf8, false));
        assert_eq!(wire.field(2).data_type(), &DataType::new_list(DataType::Utf8, true));
        let sent = batch(&rows, &wire).unwrap();
        assert_eq!(sent.schema(), wire);
        assert_eq!(sent.column(0).as_string::<i32>(), &StringArray::from(vec![Some("a"), None]));
        assert_eq!(sent.column(1).as_string::<i32>(), &StringArray::from(vec!["x", "x"]));
    }

    #[test]
    fn storage_metadata_stays_at_home() {
        let metadata = [("ARROW:extension:name", "uuid"), ("delta.columnMapping.id", "3")];
        let metadata = metadata.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
        let source =
            Schema::new(vec![Field::new("a", DataType::Int64, true).with_metadata(metadata)]);
        let wire = schema(&source);
        let kept: Vec<_> = wire.field(0).metadata().keys().collect();
        assert_eq!(kept, ["ARROW:extension:name"]);
    }

    #[test]
    fn pieces_fit_and_keep_the_order() {
        let long = "y".repeat(500);
        let words: Vec<&str> = (0..100).map(|n| if n == 50 { &long } else { "abc" }).collect();
        let fields =
            vec![Field::new("n", DataType::Int64, false), Field::new("s", DataType::Utf8, false)];
        let numbers = Int64Array::from_iter_values(0..100);
        let rows = RecordBatch::try_new(
            Arc::new(Schema::new(fields)),
            vec![Arc::new(numbers), Arc::new(StringArray::from(words))],
        )
        .unwrap();
        let pieces = split(rows.clone(), 700);
        assert!(pieces.len() > 2 && pieces.iter().all(|piece| size(piece) <= 700));
        let back = datafusion::arrow::compute::concat_batches(&rows.schema(), &pieces).unwrap();
        assert_eq!(back, rows);
    }

    #[test]
    fn rows_without_columns_are_counted() {
        let none = Arc::new(Schema::empty());
        let rows = RecordBatchOptions::new().with_row_count(Some(3));
        let rows = RecordBatch::try_new_with_options(Arc::clone(&none), vec![], &rows).unwrap();
        assert_eq!(batch(&rows, &none).unwrap().num_rows(), 3);
    }
}
