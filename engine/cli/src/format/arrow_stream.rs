//! `arrow`: the Arrow IPC stream format.

use std::io::Write;
use std::sync::Arc;

use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::ipc::writer;
use arrow::record_batch::RecordBatch;

use super::ResultWriter;

/// View types are written as plain strings and binaries: several readers (JavaScript, older Java)
/// do not know them.
pub struct StreamWriter<'a> {
    writer: writer::StreamWriter<&'a mut (dyn Write + Send)>,
    schema: SchemaRef,
}

impl<'a> StreamWriter<'a> {
    /// Writes the schema message at once.
    pub fn new(out: &'a mut (dyn Write + Send), schema: &SchemaRef) -> Result<Self, ArrowError> {
        let fields: Vec<FieldRef> = schema.fields().iter().map(plain_field).collect();
        let schema = Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()));
        Ok(Self { writer: writer::StreamWriter::try_new(out, &schema)?, schema })
    }
}

impl ResultWriter for StreamWriter<'_> {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), ArrowError> {
        let columns = batch
            .columns()
            .iter()
            .zip(self.schema.fields())
            .map(|(column, field)| cast(column, field.data_type()))
            .collect::<Result<Vec<_>, _>>()?;
        self.writer.write(&RecordBatch::try_new(self.schema.clone(), columns)?)
    }

    fn finish(&mut self) -> Result<(), ArrowError> {
        self.writer.finish()
    }
}

fn plain_field(field: &FieldRef) -> FieldRef {
    let data_type = plain(field.data_type());
    if &data_type == field.data_type() {
        return field.clone();
    }
    Arc::new(Field::clone(field).with_data_type(data_type))
}

fn plain(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Utf8View => DataType::Utf8,
        DataType::BinaryView => DataType::Binary,
        DataType::List(item) => DataType::List(plain_field(item)),
        DataType::LargeList(item) => DataType::LargeList(plain_field(item)),
        DataType::FixedSizeList(item, n) => DataType::FixedSizeList(plain_field(item), *n),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(plain_field).collect()),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use crate::format::vertical::tests::{batch, bytes};
    use crate::format::{Format, TableStyle};
    use arrow::array::{Array, ArrayRef, StringArray, StringViewArray};
    use arrow::datatypes::DataType;
    use arrow::ipc::reader::StreamReader;
    use arrow::record_batch::RecordBatch;
    use std::sync::Arc;

    #[test]
    fn reads_back_equal() {
        let stream = bytes(Format::Arrow, &[batch(), batch()], TableStyle::default());
        let read: Vec<RecordBatch> =
            StreamReader::try_new(stream.as_slice(), None).unwrap().map(Result::unwrap).collect();
        assert_eq!(read, vec![batch(), batch()]);
    }

    #[test]
    fn views_become_plain_strings() {
        let view: ArrayRef =
            Arc::new(StringViewArray::from(vec!["a long enough string view", "b"]));
        let batch = RecordBatch::try_from_iter([("s", view)]).unwrap();
        let stream = bytes(Format::Arrow, &[batch], TableStyle::default());
        let read = StreamReader::try_new(stream.as_slice(), None).unwrap().next().unwrap().unwrap();
        assert_eq!(read.column(0).data_type(), &DataType::Utf8);
        let expected = StringArray::from(vec!["a long enough string view", "b"]);
        assert_eq!(read.column(0).to_data(), expected.to_data());
    }
}
