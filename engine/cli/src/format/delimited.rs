//! `csv` and `tsv`: a header line, then one line a row, quoted where needed; NULL is empty.

use std::io::Write;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringBuilder};
use arrow::csv;
use arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::json::writer::{EncoderOptions, make_encoder};
use arrow::record_batch::RecordBatch;

use super::ResultWriter;

/// Delimited text. Lists, structs and maps are written as JSON, which Arrow's CSV writer refuses.
pub struct DelimitedWriter<'a> {
    writer: csv::Writer<&'a mut (dyn Write + Send)>,
    schema: SchemaRef,
    started: bool,
}

impl<'a> DelimitedWriter<'a> {
    /// `delimiter` is a comma or a tab.
    pub fn new(out: &'a mut (dyn Write + Send), schema: &SchemaRef, delimiter: u8) -> Self {
        let fields: Vec<FieldRef> = schema
            .fields()
            .iter()
            .map(|field| {
                if field.data_type().is_nested() {
                    Arc::new(Field::new(field.name(), DataType::Utf8, true))
                } else {
                    field.clone()
                }
            })
            .collect();
        let writer =
            csv::WriterBuilder::new().with_header(true).with_delimiter(delimiter).build(out);
        Self { writer, schema: Arc::new(Schema::new(fields)), started: false }
    }
}

impl ResultWriter for DelimitedWriter<'_> {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), ArrowError> {
        let columns = batch
            .schema()
            .fields()
            .iter()
            .zip(batch.columns())
            .map(|(field, column)| {
                if field.data_type().is_nested() {
                    json_text(field, column)
                } else {
                    Ok(column.clone())
                }
            })
            .collect::<Result<Vec<_>, _>>()?;
        self.started = true;
        self.writer.write(&RecordBatch::try_new(self.schema.clone(), columns)?)
    }

    fn finish(&mut self) -> Result<(), ArrowError> {
        if !self.started {
            self.writer.write(&RecordBatch::new_empty(self.schema.clone()))?;
        }
        Ok(())
    }
}

fn json_text(field: &FieldRef, column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let options = EncoderOptions::default();
    let mut encoder = make_encoder(field, column.as_ref(), &options)?;
    let mut texts = StringBuilder::new();
    let mut buffer = Vec::new();
    for row in 0..column.len() {
        if encoder.is_null(row) {
            texts.append_null();
            continue;
        }
        buffer.clear();
        encoder.encode(row, &mut buffer);
        texts.append_value(String::from_utf8_lossy(&buffer));
    }
    Ok(Arc::new(texts.finish()))
}

#[cfg(test)]
mod tests {
    use crate::format::vertical::tests::{batch, written};
    use crate::format::{Format, TableStyle};
    use arrow::array::{ArrayRef, ListArray, StringArray};
    use arrow::datatypes::Float64Type;
    use arrow::record_batch::RecordBatch;
    use std::sync::Arc;

    #[test]
    fn csv_has_a_header_and_empty_nulls() {
        assert_eq!(
            written(Format::Csv, &[batch(), batch()], TableStyle::default()),
            "symbol,close,date\nAAPL,101.125,1970-01-02\na|b,,1970-01-03\n\
             AAPL,101.125,1970-01-02\na|b,,1970-01-03\n"
        );
    }

    #[test]
    fn quotes_only_where_needed() {
        let text: ArrayRef = Arc::new(StringArray::from(vec!["a,b", "say \"hi\"", "two\nlines"]));
        let batch = RecordBatch::try_from_iter([("t", text)]).unwrap();
        assert_eq!(
            written(Format::Csv, std::slice::from_ref(&batch), TableStyle::default()),
            "t\n\"a,b\"\n\"say \"\"hi\"\"\"\n\"two\nlines\"\n"
        );
        assert_eq!(written(Format::Tsv, &[batch.slice(0, 1)], TableStyle::default()), "t\na,b\n");
    }

    #[test]
    fn lists_become_json() {
        let list: ArrayRef = Arc::new(ListArray::from_iter_primitive::<Float64Type, _, _>([
            Some(vec![Some(1.5), None]),
            None,
        ]));
        let id: ArrayRef = Arc::new(StringArray::from(vec!["x", "y"]));
        let batch = RecordBatch::try_from_iter([("id", id), ("l", list)]).unwrap();
        assert_eq!(
            written(Format::Csv, &[batch], TableStyle::default()),
            "id,l\nx,\"[1.5,null]\"\ny,\n"
        );
    }

    #[test]
    fn no_rows_still_gives_the_header() {
        assert_eq!(written(Format::Csv, &[], TableStyle::default()), "symbol,close,date\n");
    }
}
