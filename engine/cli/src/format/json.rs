//! `json` and `ndjson`: one object a row; NULL, NaN and infinities are `null`.

use std::io::Write;

use arrow::error::ArrowError;
use arrow::json::Writer;
use arrow::json::writer::{JsonFormat, LineDelimited, WriterBuilder};
use arrow::record_batch::RecordBatch;

use super::ResultWriter;

/// An array with one row a line, so that `grep` and diffs work on it.
#[derive(Debug, Default)]
pub struct RowLines;

impl JsonFormat for RowLines {
    fn start_stream<W: Write>(&self, writer: &mut W) -> Result<(), ArrowError> {
        Ok(writer.write_all(b"[")?)
    }

    fn start_row<W: Write>(&self, writer: &mut W, is_first_row: bool) -> Result<(), ArrowError> {
        Ok(writer.write_all(if is_first_row { b"" } else { b",\n " })?)
    }

    fn end_stream<W: Write>(&self, writer: &mut W) -> Result<(), ArrowError> {
        Ok(writer.write_all(b"]\n")?)
    }
}

/// Writes `[{…},\n {…}]`.
pub struct ArrayWriter<'a>(Writer<&'a mut (dyn Write + Send), RowLines>);

/// Writes `{…}\n{…}\n`.
pub struct LineWriter<'a>(Writer<&'a mut (dyn Write + Send), LineDelimited>);

impl<'a> ArrayWriter<'a> {
    /// Writes to `out`.
    pub fn new(out: &'a mut (dyn Write + Send)) -> Self {
        Self(builder().build(out))
    }
}

impl<'a> LineWriter<'a> {
    /// Writes to `out`.
    pub fn new(out: &'a mut (dyn Write + Send)) -> Self {
        Self(builder().build(out))
    }
}

fn builder() -> WriterBuilder {
    // A reader must be able to tell a NULL from a column that does not exist.
    WriterBuilder::new().with_explicit_nulls(true)
}

impl ResultWriter for ArrayWriter<'_> {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), ArrowError> {
        self.0.write(batch)
    }

    fn finish(&mut self) -> Result<(), ArrowError> {
        self.0.finish()
    }
}

impl ResultWriter for LineWriter<'_> {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), ArrowError> {
        self.0.write(batch)
    }

    fn finish(&mut self) -> Result<(), ArrowError> {
        self.0.finish()
    }
}

#[cfg(test)]
mod tests {
    use crate::format::vertical::tests::{batch, written};
    use crate::format::{Format, TableStyle};
    use arrow::array::{ArrayRef, Decimal128Array, Float64Array, TimestampMicrosecondArray};
    use arrow::record_batch::RecordBatch;
    use std::sync::Arc;

    #[test]
    fn array_spans_batches() {
        assert_eq!(
            written(
                Format::Json,
                &[batch().slice(0, 1), batch().slice(1, 1)],
                TableStyle::default()
            ),
            "[{\"symbol\":\"AAPL\",\"close\":101.125,\"date\":\"1970-01-02\"},\n \
             {\"symbol\":\"a|b\",\"close\":null,\"date\":\"1970-01-03\"}]\n"
        );
        assert_eq!(written(Format::Json, &[], TableStyle::default()), "[]\n");
    }

    #[test]
    fn lines_are_objects() {
        assert_eq!(
            written(Format::Ndjson, &[batch()], TableStyle::default()),
            "{\"symbol\":\"AAPL\",\"close\":101.125,\"date\":\"1970-01-02\"}\n\
             {\"symbol\":\"a|b\",\"close\":null,\"date\":\"1970-01-03\"}\n"
        );
        assert_eq!(written(Format::Ndjson, &[], TableStyle::default()), "");
    }

    #[test]
    fn special_values_stay_valid_json() {
        let x: ArrayRef = Arc::new(Float64Array::from(vec![f64::NAN, f64::INFINITY]));
        let d: ArrayRef = Arc::new(
            Decimal128Array::from(vec![12_345, -1]).with_precision_and_scale(10, 2).unwrap(),
        );
        let t: ArrayRef =
            Arc::new(TimestampMicrosecondArray::from(vec![0, 1_500_000]).with_timezone("UTC"));
        let batch = RecordBatch::try_from_iter([("x", x), ("d", d), ("t", t)]).unwrap();
        assert_eq!(
            written(Format::Ndjson, &[batch], TableStyle::default()),
            "{\"x\":null,\"d\":123.45,\"t\":\"1970-01-01T00:00:00Z\"}\n\
             {\"x\":null,\"d\":-0.01,\"t\":\"1970-01-01T00:00:01.500Z\"}\n"
        );
    }
}
